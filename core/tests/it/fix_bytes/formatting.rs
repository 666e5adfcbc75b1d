//! Random white space, random order, random faults: what is mended is what would have been written without them.

use proptest::prelude::*;
use start_points::files::FileEntry;
use start_points::{Dialect, Kind};

use crate::support::{mend, options, rules, text, tree};

/// An entry or member as it is written, with the white space around the comma before it.
#[derive(Debug, Clone)]
struct Item {
    written: String,
    /// As it is after mending; `None` where it is removed.
    mended: Option<String>,
    before_comma: String,
    after_comma: String,
}

/// A list in its brackets, with a comma too many where `trailing` says so.
#[derive(Debug, Clone)]
struct List {
    lead: String,
    items: Vec<Item>,
    trailing: bool,
    tail: String,
}

impl List {
    fn written(&self, brackets: [&str; 2]) -> String {
        let comma = if self.trailing { "," } else { "" };
        let items = self.items.iter().map(|item| (item, item.written.as_str()));
        format!("{}{}{}{comma}{}{}", brackets[0], self.lead, joined(items), self.tail, brackets[1])
    }

    /// An item that goes takes the comma before it along; where it is the first, the comma after it.
    fn mended(&self, brackets: [&str; 2]) -> String {
        let items = self.items.iter().filter_map(|item| Some((item, item.mended.as_deref()?)));
        format!("{}{}{}{}{}", brackets[0], self.lead, joined(items), self.tail, brackets[1])
    }
}

fn joined<'i>(items: impl Iterator<Item = (&'i Item, &'i str)>) -> String {
    let mut out = String::new();
    for (index, (item, text)) in items.enumerate() {
        if index > 0 {
            out.push_str(&format!("{},{}", item.before_comma, item.after_comma));
        }
        out.push_str(text);
    }
    out
}

fn space() -> impl Strategy<Value = String> {
    "[ \t\r\n]{0,3}"
}

fn list(items: impl Strategy<Value = Vec<(String, Option<String>)>>) -> impl Strategy<Value = List> {
    let spaced = items.prop_flat_map(|items| {
        let spaces = proptest::collection::vec((space(), space()), items.len());
        (Just(items), spaces)
    });
    (space(), spaced, prop::bool::weighted(0.1), space()).prop_map(
        |(lead, (items, spaces), trailing, tail)| {
            let items =
                items.into_iter().zip(spaces).map(|((written, mended), (before_comma, after_comma))| Item {
                    written,
                    mended,
                    before_comma,
                    after_comma,
                });
            List { lead, items: items.collect(), trailing, tail }
        },
    )
}

/// Texts in quotes; one that was there before, as it is after mending, goes.
fn unique(texts: Vec<(String, String)>) -> Vec<(String, Option<String>)> {
    let mut seen = std::collections::HashSet::new();
    let quoted = |text: &str| format!("\"{text}\"");
    let entry = |(written, mended): (String, String)| {
        let is_new = seen.insert(mended.clone());
        (quoted(&written), is_new.then(|| quoted(&mended)))
    };
    texts.into_iter().map(entry).collect()
}

fn visible() -> impl Strategy<Value = List> {
    let names = proptest::sample::select(&["a", "b.txt", "sub/c"][..]);
    let names = proptest::collection::vec(names, 0..6).prop_flat_map(|mut names| {
        names.push("cyber-dojo.sh");
        Just(names).prop_shuffle()
    });
    list(names.prop_map(|names| unique(names.into_iter().map(|name| (name.into(), name.into())).collect())))
}

fn extensions() -> impl Strategy<Value = List> {
    let extension = ("(c|h|é)", any::<bool>())
        .prop_map(|(name, dot)| (if dot { format!(".{name}") } else { name.clone() }, format!(".{name}")));
    list(proptest::collection::vec(extension, 1..5).prop_map(unique))
}

fn number() -> impl Strategy<Value = (String, String)> {
    (1..8u32, 0..4usize).prop_map(|(number, form)| {
        let written =
            [number.to_string(), format!("\"{number}\""), format!("{number}.0"), format!("{number}E0")];
        (written[form].clone(), number.to_string())
    })
}

#[derive(Debug, Clone)]
struct Case {
    root: List,
    byte_order_mark: bool,
    ends: (String, String),
    last_line_open: bool,
}

/// A manifest of the derived dialect, with an image name that has to go.
fn case() -> impl Strategy<Value = Case> {
    let colon = || (space(), space()).prop_map(|(before, after)| format!("{before}:{after}"));
    let values = (visible(), extensions(), number(), number(), prop::bool::ANY);
    let colons = proptest::collection::vec(colon(), 6);
    let members = (values, colons).prop_map(|((visible, extensions, tab, seconds, has_image), colons)| {
        let square = ["[", "]"];
        let mut members = vec![
            ("display_name", "\"é \\\"q\\\"\"".to_owned(), Some("\"é \\\"q\\\"\"".to_owned())),
            ("visible_filenames", visible.written(square), Some(visible.mended(square))),
            ("filename_extension", extensions.written(square), Some(extensions.mended(square))),
            ("tab_size", tab.0, Some(tab.1)),
            ("max_seconds", seconds.0, Some(seconds.1)),
        ];
        if has_image {
            members.push(("image_name", "\"x/y:4edf92a\"".to_owned(), None));
        }
        let with_keys = members.into_iter().zip(colons).map(|((key, written, mended), colon)| {
            let member = |value: String| format!("\"{key}\"{colon}{value}");
            (member(written), mended.map(member))
        });
        with_keys.collect::<Vec<_>>()
    });
    (list(members.prop_shuffle()), any::<bool>(), (space(), space()), any::<bool>()).prop_map(
        |(root, byte_order_mark, ends, last_line_open)| Case { root, byte_order_mark, ends, last_line_open },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn mending_gives_what_would_have_been_written_without_the_faults(case in case()) {
        let curly = ["{", "}"];
        let mark = if case.byte_order_mark { "\u{feff}" } else { "" };
        let written = format!("{mark}{}{}{}", case.ends.0, case.root.written(curly), case.ends.1);
        let expected = format!("{}{}{}", case.ends.0, case.root.mended(curly), case.ends.1);
        let mut tree = tree(&[("start_point/manifest.json", written.as_str()), ("docker/Dockerfile", "FROM a:1\n")]);
        for name in ["cyber-dojo.sh", "a", "b.txt", "sub/c"] {
            if written.contains(&format!("\"{name}\"")) {
                let content = if case.last_line_open { "text" } else { "text\n" };
                tree.insert(format!("start_point/{name}"), FileEntry::Content(content.into()));
            }
        }
        if !written.contains("image_name") {
            tree.insert("docker/image_name.json", FileEntry::Content(b"{\"image_name\":\"x/y\"}".to_vec()));
        }
        let options = options(Kind::Languages, Dialect::Derived);
        let rounds = mend(&mut tree, &options, true);
        prop_assert!(rounds < 20, "{rounds} rounds");
        prop_assert_eq!(text(&tree, "start_point/manifest.json"), expected);
        prop_assert_eq!(text(&tree, "start_point/cyber-dojo.sh"), "text\n");
        prop_assert_eq!(rules(&tree, &options), Vec::<&str>::new());
    }
}
