//! The gate: its conformance cases byte for byte, and what holds for every policy.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use start_points::Time;
use start_points::gate::{
    Advisories, Advisory, Age, GateLevel, GateRule, ImageFacts, ImageTag, Policy, Verdict, decide,
};
use start_points_schemas::Schema;
use start_points_testing::gate_cases;

const NOW: u64 = 1_795_262_400;
const DAY: u64 = 86_400;

#[test]
fn every_answer_is_the_same_byte_for_byte() {
    let mut wrong = Vec::new();
    for case in gate_cases().unwrap() {
        let (path, answer) = case.answer();
        let expected = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(&path);
        if fs::read_to_string(expected).unwrap_or_default() != answer {
            wrong.push(path);
        }
    }
    assert!(wrong.is_empty(), "run `cargo xtask generate` if these are meant:\n{}", wrong.join("\n"));
}

#[test]
fn the_cases_show_every_rule_and_every_verdict() {
    let answers: String = gate_cases().unwrap().iter().map(|case| case.answer().1).collect();
    for rule in GateRule::ALL {
        assert!(answers.contains(&format!("\"code\":\"{}\"", rule.id())), "{}", rule.id());
    }
    for verdict in Verdict::ALL {
        assert!(answers.contains(&format!("\"verdict\":\"{}\"", verdict.as_str())), "{verdict:?}");
    }
    let ids: BTreeSet<_> = GateRule::ALL.map(GateRule::id).into();
    assert_eq!(ids.len(), GateRule::ALL.len());
}

#[test]
fn the_schemas_agree_with_the_cases() {
    let validator =
        |schema: Schema| jsonschema::validator_for(&serde_json::from_str(schema.text()).unwrap()).unwrap();
    let [policies, facts, decisions] =
        [Schema::GatePolicy, Schema::GateFacts, Schema::GateDecision].map(validator);
    let json = |bytes: &[u8]| serde_json::from_slice::<serde_json::Value>(bytes);
    // What is no JSON, or is said by no schema: whether a text is a time, a name, a pattern, or there twice.
    let unseen = ["bad-image", "bad-now", "bad-pattern", "bad-time", "key-twice", "no-json"];
    for case in gate_cases().unwrap() {
        let (path, answer) = case.answer();
        if unseen.iter().any(|word| case.name.contains(word)) {
            continue;
        }
        let fits =
            policies.is_valid(&json(&case.policy).unwrap()) && facts.is_valid(&json(&case.facts).unwrap());
        assert_eq!(fits, path.ends_with("decision.json"), "{}", case.name);
        if fits {
            let errors: Vec<_> =
                decisions.iter_errors(&json(answer.as_bytes()).unwrap()).map(|e| e.to_string()).collect();
            assert_eq!(errors, Vec::<String>::new(), "{}", case.name);
        }
    }
}

fn time() -> impl Strategy<Value = Option<Time>> {
    let days = prop_oneof![0..20_000_u64, (NOW / DAY - 800)..(NOW / DAY + 3)];
    proptest::option::of(days.prop_map(|days| Time::from_unix(days * DAY)))
}

fn tag() -> impl Strategy<Value = String> {
    prop_oneof![
        "[0-9]\\.[0-9](-[0-9])?",
        "[0-9a-f]{7}",
        Just("latest".to_owned()),
        Just("1.0-rc1".to_owned())
    ]
}

prop_compose! {
    fn facts()(
        name in prop_oneof!["[ab]/[xy]", Just("ghcr.io/a/x".to_owned())],
        own in proptest::option::of(tag()),
        digest in proptest::option::of("sha256:[ab]{64}"),
        created in time(),
        tags in proptest::option::of(proptest::collection::vec((tag(), time()), 0..6)),
        in_catalogue in any::<Option<bool>>(),
    ) -> ImageFacts {
        let image = own.map_or(name.clone(), |tag| format!("{name}:{tag}")).parse().unwrap();
        let tags = tags.map(|tags| tags.into_iter().map(|(name, created)| ImageTag { name, created }).collect());
        ImageFacts { digest, created, tags, in_catalogue, ..ImageFacts::unknown(image) }
    }
}

fn risk() -> impl Strategy<Value = Advisory> {
    let pattern = prop_oneof!["[ab*]/[xy*]", "\\*:[0-9*]", Just("*".to_owned()), "\\*@sha256:[ab]\\*"];
    (pattern, "[a-c]", time()).prop_map(|(image, reason, date)| Advisory {
        image: image.parse().unwrap(),
        reason,
        date,
    })
}

fn level() -> impl Strategy<Value = GateLevel> {
    proptest::sample::select(GateLevel::ALL.to_vec())
}

prop_compose! {
    fn policy()(
        days in 0..900_u32,
        risks in proptest::collection::vec(risk(), 0..4),
        levels in proptest::array::uniform5(level()),
    ) -> Policy {
        let mut policy = Policy::default();
        policy.max_age = Age::days(days);
        policy.risks = risks.into_iter().collect();
        for (rule, level) in GateRule::ALL.into_iter().zip(levels) {
            policy.set_level(rule, level);
        }
        policy
    }
}

proptest! {
    #[test]
    fn a_stricter_policy_never_allows_more(
        facts in facts(), policy in policy(), days in 0..900_u32, more in proptest::collection::vec(risk(), 0..3),
        levels in proptest::array::uniform5(level()),
    ) {
        let mut stricter = policy.clone();
        stricter.max_age = policy.max_age.min(Age::days(days));
        stricter.risks.extend(more.into_iter().collect());
        for (rule, level) in GateRule::ALL.into_iter().zip(levels) {
            stricter.set_level(rule, policy.level(rule).max(level));
        }
        let now = Time::from_unix(NOW);
        let (before, after) = (decide(&facts, &policy, now), decide(&facts, &stricter, now));
        prop_assert!(after.verdict >= before.verdict, "{before:?} {after:?}");
        for reason in &before.reasons {
            prop_assert!(after.reasons.iter().any(|other| other.rule == reason.rule && other.verdict >= reason.verdict));
        }
    }

    #[test]
    fn the_verdict_is_the_strictest_reason_and_none_is_left_out(facts in facts(), policy in policy()) {
        let now = Time::from_unix(NOW);
        let decision = decide(&facts, &policy, now);
        let strictest = decision.reasons.iter().map(|reason| reason.verdict).max();
        prop_assert_eq!(decision.verdict, strictest.unwrap_or(Verdict::Allow));
        // What each rule says alone is what all say together.
        let mut alone = Vec::new();
        for rule in GateRule::ALL {
            let mut only = policy.clone();
            GateRule::ALL.into_iter().filter(|other| *other != rule).for_each(|other| only.set_level(other, GateLevel::Allow));
            alone.extend(decide(&facts, &only, now).reasons);
        }
        prop_assert_eq!(decision.reasons, alone);
    }

    #[test]
    fn the_order_of_rules_risks_and_tags_does_not_matter(
        facts in facts(), policy in policy(), risks in proptest::collection::vec(risk(), 0..5).prop_shuffle(),
    ) {
        let now = Time::from_unix(NOW);
        let with = |risks: Vec<Advisory>| {
            let mut policy = policy.clone();
            policy.risks = risks.into_iter().collect::<Advisories>();
            policy
        };
        let mut backwards = risks.clone();
        backwards.reverse();
        let mut turned = facts.clone();
        turned.tags.iter_mut().for_each(|tags| tags.reverse());
        let one = decide(&facts, &with(risks), now).to_json();
        prop_assert_eq!(&one, &decide(&turned, &with(backwards), now).to_json());

        let rules = |order: Vec<GateRule>| {
            let levels: Vec<_> =
                order.iter().map(|rule| format!("{:?}:{:?}", rule.id(), policy.level(*rule).as_str())).collect();
            Policy::parse(format!("{{\"rules\":{{{}}}}}", levels.join(",")).as_bytes()).unwrap()
        };
        let order = GateRule::ALL.to_vec();
        let turned = order.iter().rev().copied().collect();
        prop_assert_eq!(rules(order), rules(turned));
    }

    #[test]
    fn what_lacks_a_fact_never_runs(facts in facts(), policy in policy()) {
        let now = Time::from_unix(NOW);
        let lacking = [
            ImageFacts { tags: None, ..facts.clone() },
            ImageFacts { digest: None, ..facts.clone() },
            ImageFacts { created: None, ..facts.clone() },
            ImageFacts::unknown(facts.image.clone()),
        ];
        for facts in lacking {
            let decision = decide(&facts, &policy, now);
            let is_on = |rule| policy.level(rule) > GateLevel::Allow;
            let has_order = facts.image.tag().is_some_and(|tag| tag != "latest");
            let lacks_tags = is_on(GateRule::LaterTag) && has_order && facts.tags.is_none();
            let by_digest = policy.risks.iter().any(|risk| risk.image.to_string().starts_with("*@"));
            let lacks_digest = is_on(GateRule::Risky) && by_digest && facts.digest.is_none();
            prop_assert!(!(lacks_tags || lacks_digest) || !decision.verdict.may_run(), "{decision:?}");
            // The policy says for itself what an age that nobody knows is worth.
            let lacks_age = is_on(GateRule::UnknownAge) && facts.created.is_none();
            prop_assert!(!lacks_age || decision.verdict >= policy.level(GateRule::UnknownAge).into());
        }
    }

    #[test]
    fn older_images_are_never_allowed_more(facts in facts(), policy in policy(), more in 0..900_u64) {
        // Only between times that can be: one that cannot is another fault.
        let now = Time::from_unix(NOW);
        let Some(created) = facts.created.filter(|created| created.unix() > 1_500_000_000 && *created <= now) else {
            return Ok(());
        };
        let mut policy = policy;
        policy.set_level(GateRule::LaterTag, GateLevel::Allow);
        let older = ImageFacts { created: Some(Time::from_unix(created.unix() - more * 3600)), ..facts.clone() };
        prop_assert!(decide(&older, &policy, now).verdict >= decide(&facts, &policy, now).verdict);
    }

    #[test]
    fn no_input_makes_it_panic(facts in ".{0,60}", policy in ".{0,60}", now in ".{0,30}") {
        let _ = start_points::gate::decide_json(facts.as_bytes(), policy.as_bytes(), &now);
        let facts = format!("{{\"image\":{facts:?},\"tags\":{{{policy:?}:null}}}}");
        let policy = format!("{{\"risks\":[{{\"image\":{policy:?},\"reason\":{now:?}}}]}}");
        let _ = start_points::gate::decide_json(facts.as_bytes(), policy.as_bytes(), "2026-01-01");
    }
}
