//! Levels of the rules about sources, set in settings as those of the engine are.

use crate::support::{World, borrowed, commit, ltf};
use start_points::Kind;
use start_points::RULES;
use start_points::levels::Level;
use start_points::rule::Severity;

fn set(world: &mut World, id: &str, level: Level) {
    let rule = RULES.iter().find(|rule| rule.id == id).unwrap();
    world.options.levels.set_rule(rule, level);
}

/// A world in which every fault of a source is at hand.
fn world() -> World {
    let world = World::new(Kind::Languages);
    world.with("c", &borrowed(&ltf("C, assert")));
    let mut files = ltf("D, assert");
    files[0].1 = files[0].1.replace("\"hiker.c\"", "\"hiker.c\", \"sha.txt\"");
    files.push(("start_point/sha.txt", "mine\n".to_owned()));
    world.with("reserved", &borrowed(&files));
    let moving = world.repository("moving");
    commit(&moving, &borrowed(&ltf("E, assert")));
    moving.tag("1.0").unwrap();
    world.check(&["moving?tag=1.0"]);
    commit(&moving, &borrowed(&ltf("E, unit")));
    moving.tag("1.0").unwrap();
    world
}

/// The rule that a source breaks, and the start-points in the catalogue if that is not an error.
const SOURCES: [(&[&str], &str, usize); 4] = [
    (&["c", "none"], "unfetched-repository", 1),
    (&["c", "c"], "repeated-source", 1),
    (&["c", "reserved"], "reserved-filename", 2),
    (&["c", "moving?tag=1.0"], "moved-tag", 2),
];

#[test]
fn what_is_no_error_by_the_levels_does_not_stop_the_rest() {
    for (sources, rule, repositories) in SOURCES {
        for level in [Level::Off, Level::On(Severity::Info), Level::On(Severity::Error)] {
            let mut world = world();
            set(&mut world, rule, level);
            let checked = world.check(sources);
            let found: Vec<_> = checked.report.diagnostics().iter().collect();
            match level {
                Level::Off => assert!(found.is_empty(), "{rule}: {found:?}"),
                Level::On(severity) => {
                    assert_eq!(found.len(), 1, "{rule}: {found:?}");
                    assert_eq!((found[0].rule.id, found[0].severity), (rule, severity));
                }
            }
            let held = checked.catalogue.map(|catalogue| catalogue.repositories().len());
            assert_eq!(held, (level != Level::On(Severity::Error)).then_some(repositories), "{rule}");
        }
    }
}

#[test]
fn nothing_left_is_not_a_catalogue() {
    let mut world = world();
    set(&mut world, "unfetched-repository", Level::Off);
    assert!(world.check(&["none"]).catalogue.is_none());
}
