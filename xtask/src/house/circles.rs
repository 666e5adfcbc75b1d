//! Files of one crate that use one another in a circle.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;
use syn::visit::{self, Visit};
use syn::{Item, ItemUse, UseTree};

use super::sources::Source;

/// Circles that are left on purpose, each by one of its files: why is in docs/design.md.
const NAMED: [&str; 0] = [];

/// How many re-exports are followed from one to the next.
const MAX_REEXPORTS: usize = 8;

/// Every circle, as the files that are in it.
pub(super) fn found(sources: &[Source]) -> Vec<String> {
    let mut crates: BTreeMap<&str, Vec<&Source>> = BTreeMap::new();
    for source in sources {
        crates.entry(source.module().0).or_default().push(source);
    }
    crates.into_values().flat_map(|sources| circles(&sources)).collect()
}

fn circles(sources: &[&Source]) -> Vec<String> {
    let modules: Modules<'_> = sources.iter().map(|source| (source.module().1, Module::of(source))).collect();
    let mut graph: DiGraphMap<usize, ()> = DiGraphMap::new();
    let numbers: BTreeMap<&[&str], usize> =
        modules.keys().enumerate().map(|(number, module)| (module.as_slice(), number)).collect();
    for (path, module) in &modules {
        for used in &module.uses {
            let target = resolve(&modules, path, used, MAX_REEXPORTS);
            if let (Some(from), Some(to)) = (numbers.get(path.as_slice()), numbers.get(target.as_slice()))
                && from != to
            {
                graph.add_edge(*from, *to, ());
            }
        }
    }
    let paths: Vec<&str> = modules.values().map(|module| module.file).collect();
    tarjan_scc(&graph)
        .into_iter()
        .filter(|circle| circle.len() > 1)
        .map(|circle| circle.iter().filter_map(|number| paths.get(*number).copied()).collect::<Vec<_>>())
        .filter(|files| !files.iter().any(|file| NAMED.contains(file)))
        .map(|files| files.join(", "))
        .collect()
}

type Modules<'a> = BTreeMap<Vec<&'a str>, Module<'a>>;

/// What a file uses of its crate, and what it hands on.
struct Module<'a> {
    file: &'a str,
    uses: BTreeSet<Vec<String>>,
    /// By the name under which it is handed on.
    reexports: BTreeMap<String, Vec<String>>,
}

impl<'a> Module<'a> {
    fn of(source: &'a Source) -> Self {
        let mut module = Self { file: &source.path, uses: BTreeSet::new(), reexports: BTreeMap::new() };
        for item in &source.items {
            match item {
                Item::Use(item) if !matches!(item.vis, syn::Visibility::Inherited) => module.hand_on(item),
                item => module.visit_item(item),
            }
        }
        module
    }

    fn hand_on(&mut self, item: &ItemUse) {
        leaves(&item.tree, &mut Vec::new(), &mut |path, name| {
            self.reexports.insert(name.to_owned(), path.to_vec());
        });
    }
}

impl<'ast> Visit<'ast> for Module<'_> {
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        leaves(&item.tree, &mut Vec::new(), &mut |path, _| {
            self.uses.insert(path.to_vec());
        });
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let path_names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if path_names.len() > 1 {
            self.uses.insert(path_names);
        }
        visit::visit_path(self, path);
    }
}

/// Hands over each path of a `use`, with the name that it gets.
fn leaves(tree: &UseTree, prefix: &mut Vec<String>, take: &mut impl FnMut(&[String], &str)) {
    match tree {
        UseTree::Path(path) => {
            prefix.push(path.ident.to_string());
            leaves(&path.tree, prefix, take);
            prefix.pop();
        }
        UseTree::Name(name) if name.ident == "self" => {
            take(prefix, prefix.last().map_or("", String::as_str));
        }
        UseTree::Name(name) => {
            prefix.push(name.ident.to_string());
            take(prefix, &name.ident.to_string());
            prefix.pop();
        }
        UseTree::Rename(rename) => {
            prefix.push(rename.ident.to_string());
            take(prefix, &rename.rename.to_string());
            prefix.pop();
        }
        UseTree::Glob(_) => take(prefix, "*"),
        UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, prefix, take)),
    }
}

/// The module that a path of the module `from` leads to; an unknown one where it leaves the crate.
fn resolve<'a>(modules: &Modules<'a>, from: &[&'a str], path: &[String], reexports: usize) -> Vec<&'a str> {
    const OUTSIDE: Vec<&str> = Vec::new();
    let outside = || vec!["(outside)"];
    let Some((first, rest)) = path.split_first() else { return OUTSIDE };
    let (mut module, mut rest): (Vec<&'a str>, &[String]) = match first.as_str() {
        "crate" => (Vec::new(), rest),
        "self" => (from.to_vec(), rest),
        "super" => (from.split_last().map_or_else(Vec::new, |(_, parent)| parent.to_vec()), rest),
        name => match child(modules, from, name) {
            Some(module) => (module, rest),
            None => return outside(),
        },
    };
    while let Some((name, after)) = rest.split_first() {
        if name == "super" {
            module.pop();
        } else if let Some(inner) = child(modules, &module, name) {
            module = inner;
        } else if let Some(target) = modules.get(&module).and_then(|module| module.reexports.get(name)) {
            return match reexports {
                0 => module,
                _ => match resolve(modules, &module, target, reexports - 1) {
                    elsewhere if elsewhere == outside() => module,
                    target => target,
                },
            };
        } else {
            break;
        }
        rest = after;
    }
    module
}

fn child<'a>(modules: &Modules<'a>, parent: &[&'a str], name: &str) -> Option<Vec<&'a str>> {
    let (path, _) = modules
        .iter()
        .find(|(path, _)| path.split_last().is_some_and(|(last, above)| *last == name && above == parent))?;
    Some(path.clone())
}
