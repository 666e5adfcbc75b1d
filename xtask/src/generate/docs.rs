//! The rule pages: the example of each with its real output, the pages of the site, and their index.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context as _, Result};
use start_points::diagnostic::Diagnostic;
use start_points::rule::Rule;
use start_points::{RULE_GROUPS, RULES, Report, SOURCES};
use start_points_testing::{Case, cases};

use super::example;
use super::files::GeneratedFiles;
use crate::repository;

/// The folder of the pages; every `.md` in it is generated.
pub const FOLDER: &str = "docs/rules";

const BEGIN: &str = "<!-- example: written by `cargo xtask generate` -->\n";
const END: &str = "<!-- /example -->\n";

pub fn files() -> Result<GeneratedFiles> {
    let cases: Vec<(Case, Report)> = cases()?
        .into_iter()
        .map(|case| {
            let report = case.check().report;
            (case, report)
        })
        .collect();
    let mut files = GeneratedFiles::new();
    let mut index = String::from(
        "<!-- Written by `cargo xtask generate`: do not edit. -->\n\n# Rules\n\n\
         `start-points explain RULE` prints a page. Levels can be set in `start-points.toml`.\n\
         A *safe* fix keeps the meaning: `--fix` makes it. `--fix --unsafe-fixes` makes the others too.\n",
    );
    for group in RULE_GROUPS {
        write!(index, "\n## {}\n\n| rule | level | fault | fix |\n|---|---|---|---|\n", group.title)?;
        for rule in group.rules {
            let fix = fix_word(rule, &cases);
            writeln!(index, "| [{0}]({0}.md) | {1} | {2} | {fix} |", rule.id, rule.severity, rule.summary)?;
            let path = format!("core/src/rules/{}.md", rule.id.replace('-', "_"));
            let page = with_example(rule, &path, &cases).with_context(|| format!("in {path}"))?;
            files.insert(format!("{FOLDER}/{}.md", rule.id), site_page(rule, &path, &page, fix));
            files.insert(path, page);
        }
    }
    files.insert(format!("{FOLDER}/README.md"), index);
    Ok(files)
}

/// The hand-written page, its example written anew.
fn with_example(rule: &Rule, path: &str, cases: &[(Case, Report)]) -> Result<String> {
    let page = fs::read_to_string(repository::path(path))?;
    // A case is a tree of files, and a source is not one.
    if SOURCES.rules.contains(&rule) {
        return Ok(page);
    }
    let (before, rest) = page.split_once(BEGIN).context("the line that begins the example is not there")?;
    let (_, after) = rest.split_once(END).context("the line that ends the example is not there")?;
    let (case, _) = cases
        .iter()
        .find(|(case, _)| case.group == rule.id && case.name == "bad")
        .context("there is no bad case")?;
    Ok(format!("{before}{BEGIN}{}{END}{after}", example::markdown(rule, case)))
}

/// The page as the site shows it: facts below the heading, and other rules as links.
fn site_page(rule: &Rule, path: &str, page: &str, fix: &str) -> String {
    let mut out = format!("<!-- Written by `cargo xtask generate` from {path}: do not edit. -->\n\n");
    let mut in_fence = false;
    for line in page.replace(BEGIN, "").replace(END, "").lines() {
        in_fence ^= line.starts_with("```");
        if in_fence || line.starts_with('#') {
            out.push_str(line);
        } else {
            out.push_str(&linked(rule, line));
        }
        out.push('\n');
        if line.starts_with("# ") {
            out.push_str(&format!(
                "\nLevel: {} · fix: {fix} · since {} · [all rules](README.md)\n",
                rule.severity, rule.since
            ));
        }
    }
    out
}

fn linked(rule: &Rule, line: &str) -> String {
    RULES.iter().filter(|other| **other != rule).fold(line.to_owned(), |line, other| {
        line.replace(&format!("`{}`", other.id), &format!("[`{0}`]({0}.md)", other.id))
    })
}

/// Which fixes the rule's diagnostics have, over all cases.
fn fix_word(rule: &Rule, cases: &[(Case, Report)]) -> &'static str {
    let found =
        || cases.iter().flat_map(|(_, report)| report.diagnostics()).filter(|found| found.rule == rule);
    let has = |safe| found().any(|found: &Diagnostic| found.fixes.iter().any(|fix| fix.safe == safe));
    match (has(true), has(false)) {
        (true, false) => "safe",
        (false, true) => "unsafe",
        (true, true) => "safe or unsafe",
        (false, false) => "none",
    }
}
