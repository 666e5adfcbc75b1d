//! The cases of `conformance/check/`, byte for byte: what every other front is held to as well.

use std::collections::BTreeSet;
use std::fs;

use start_points::check::CheckOutput;
use start_points::{RULES, SOURCES, render, rule};
use start_points_testing::{Case, Expect, cases, folder};

/// Groups that show more than one rule.
const OTHER_GROUPS: [&str; 1] = ["repositories"];

fn all() -> Vec<Case> {
    cases().expect("cases")
}

/// The rule ids of a case's report.
fn rules_of(case: &Case) -> BTreeSet<&'static str> {
    case.check().report.diagnostics().iter().map(|found| found.rule.id).collect()
}

#[test]
fn every_report_is_the_same_byte_for_byte() {
    let mut wrong = Vec::new();
    for case in all() {
        let CheckOutput { report, sources, .. } = case.check();
        let path = folder().join(&case.group).join(&case.name).join("report.json");
        let expected = fs::read_to_string(path).unwrap_or_default();
        let actual = render::json(&report, &sources);
        if actual != expected {
            wrong.push(case.path());
        }
    }
    assert!(wrong.is_empty(), "run `cargo xtask generate` if these are meant:\n{}", wrong.join("\n"));
}

#[test]
fn every_group_is_a_rule_or_a_known_other() {
    for case in all() {
        let known = rule(&case.group).is_some() || OTHER_GROUPS.contains(&case.group.as_str());
        assert!(known, "{} is in no group", case.path());
    }
}

#[test]
fn a_faulty_case_has_a_diagnostic_of_its_rule_or_of_several() {
    for case in all().iter().filter(|case| case.expect == Expect::Fault) {
        let found = rules_of(case);
        let own = found.contains(case.group.as_str()) || rule(&case.group).is_none() && found.len() > 1;
        assert!(own, "{}: {found:?}", case.path());
    }
}

#[test]
fn a_faulty_case_has_no_diagnostic_of_another_rule() {
    let of_a_rule = |case: &&Case| case.expect == Expect::Fault && rule(&case.group).is_some();
    for case in all().iter().filter(of_a_rule) {
        let others: Vec<_> = rules_of(case).into_iter().filter(|id| *id != case.group).collect();
        let allowed: &[&str] = match case.group.as_str() {
            "too-many-faults" => &["missing-file"],
            _ => &[],
        };
        assert_eq!(others, allowed, "{}", case.path());
    }
}

#[test]
fn a_good_case_has_no_diagnostic_at_all() {
    for case in all().iter().filter(|case| case.expect == Expect::None) {
        assert_eq!(rules_of(case), BTreeSet::new(), "{}", case.path());
    }
}

#[test]
fn every_rule_has_bad_and_good_cases() {
    let cases = all();
    for rule in RULES.iter().filter(|rule| !SOURCES.rules.contains(rule)) {
        let has = |expect| cases.iter().any(|case| case.group == rule.id && case.expect == expect);
        assert!(has(Expect::Fault) && has(Expect::None), "{}", rule.id);
        let named = |name: &str| cases.iter().any(|case| case.group == rule.id && case.name == name);
        assert!(named("bad") && named("good"), "{}: `bad` is the example of its page", rule.id);
    }
}

#[test]
fn a_name_says_what_is_expected() {
    for case in all() {
        match case.name.as_str() {
            "bad" => assert_eq!(case.expect, Expect::Fault, "{}", case.path()),
            "good" => assert_eq!(case.expect, Expect::None, "{}", case.path()),
            name => assert!(name.contains('-'), "{}: name what it shows", case.path()),
        }
    }
}

#[test]
fn checking_twice_says_the_same() {
    for case in all() {
        let once = |CheckOutput { report, sources, .. }| render::json(&report, &sources);
        assert_eq!(once(case.check()), once(case.check()), "{}", case.path());
    }
}
