//! Policies and lists of advisories in files, signed by the real minisign.

use std::fs;
use std::path::{Path, PathBuf};

use start_points::gate::{Age, GateLevel, GateRule};
use start_points_gate::{FileFault, read_advisories, read_policy};
use start_points_testing::programs::{program, run};
use tempfile::TempDir;

const POLICY: &str = r#"
max_age = "26w"
risks_key = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3"

[rules]
later-tag = "deny"
unknown-age = "warn"

[[risks]]
image = "cyberdojofoundation/java_*:4*"
reason = "CVE-2026-1"
date = 2026-10-01

[[risks]]
image = "*/é"
reason = "never"
"#;

fn written(folder: &TempDir, name: &str, text: &str) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, text).unwrap();
    path
}

/// What is wrong, without the folder.
fn refused<T: std::fmt::Debug>(
    read: Result<T, start_points_gate::FileError>,
    folder: &TempDir,
) -> (String, Option<String>) {
    let error = read.unwrap_err();
    (error.to_string().replace(&format!("{}/", folder.path().display()), ""), error.hint())
}

#[test]
fn a_policy_is_read_from_toml_and_from_json() {
    let folder = tempfile::tempdir().unwrap();
    let text = POLICY.replace("*/é", "*/e");
    let policy = read_policy(&written(&folder, "policy.toml", &text)).unwrap();
    assert_eq!((policy.max_age, policy.risks.iter().count()), (Age::days(182), 2));
    assert_eq!(policy.level(GateRule::LaterTag), GateLevel::Deny);
    assert_eq!(policy.level(GateRule::UnknownAge), GateLevel::Warn);
    assert_eq!(policy.level(GateRule::TooOld), GateLevel::Deny);
    let json = r#"{"rules": {"later-tag": "deny", "unknown-age": "warn"}, "max_age": "26w",
        "risks_key": "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3",
        "risks": [{"image": "*/e", "reason": "never"},
                  {"image": "cyberdojofoundation/java_*:4*", "reason": "CVE-2026-1", "date": "2026-10-01T00:00:00Z"}]}"#;
    assert_eq!(read_policy(&written(&folder, "policy.JSON", json)).unwrap(), policy);
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let policy = |name: &str, text: &str| refused(read_policy(&written(&folder, name, text)), &folder);
    let hint = |text: &str| Some(text.to_owned());
    assert_eq!(
        policy("a.toml", POLICY),
        (
            "a.toml:15:9: policy.risks[1].image: `*/é` is not a pattern of image names: the image name contains `é`, \
             which is not ASCII"
                .to_owned(),
            hint("write an image name, with `*` for any characters")
        )
    );
    assert_eq!(
        policy("a.toml", "# é\n[rules]\n\"é\" = 1\ntoo_olds = \"deny\""),
        ("a.toml:4:1: policy.rules: unknown key `too_olds`".to_owned(), hint("did you mean `too-old`?"))
    );
    assert_eq!(
        policy("a.toml", "max_age = 365").0,
        "a.toml:1:11: policy.max_age: expected a string, found number"
    );
    assert_eq!(policy("a.toml", "a = 1\na = 2").0, "a.toml:2:1: duplicate key");
    assert_eq!(policy("a.toml", "[rules\n").0, "a.toml:1:7: unclosed table, expected `]`");
    assert_eq!(
        policy("a.json", "{\"max_age\":\n \"1y\"}").0,
        "a.json:2:2: policy.max_age: `1y` is not an age"
    );
    assert_eq!(policy("a.json", "max_age = 1").0, "a.json:1:1: expected a value, found `max_age`");
    assert_eq!(policy("a.toml", &"#".repeat(2 << 20)).0, "a.toml: larger than 1048576 bytes");
    let binary = folder.path().join("b.toml");
    fs::write(&binary, b"\xff").unwrap();
    assert_eq!(refused(read_policy(&binary), &folder).0, "b.toml: not UTF-8");
    assert!(matches!(read_policy(folder.path()).unwrap_err().fault, FileFault::Io(_)));
    let deep = format!("a = {}{}", "[".repeat(5000), "]".repeat(5000));
    assert!(matches!(
        read_policy(&written(&folder, "deep.toml", &deep)).unwrap_err().fault,
        FileFault::Malformed { .. }
    ));
}

const RISKS: &str = "[[risks]]\nimage = \"*\"\nreason = \"everything is\"\n";

/// A new key without a password: its public half.
fn key(folder: &Path, name: &str) -> String {
    let (public, secret) = (format!("{name}.pub"), format!("{name}.key"));
    run(program("minisign").current_dir(folder).args(["-G", "-W", "-p", &public, "-s", &secret])).unwrap();
    fs::read_to_string(folder.join(public)).unwrap().lines().nth(1).unwrap().to_owned()
}

fn sign(folder: &Path, key: &str, more: &[&str]) {
    let key = format!("{key}.key");
    run(program("minisign").current_dir(folder).args(["-S", "-m", "risks.toml", "-s", &key]).args(more))
        .unwrap();
}

#[test]
fn a_list_is_believed_only_with_the_signature_of_the_policys_key() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let (ours, theirs) = (key(at, "ours"), key(at, "theirs"));
    let risks = written(&folder, "risks.toml", RISKS);
    assert_eq!(
        read_advisories(&risks, None).unwrap().iter().count(),
        1,
        "without a key it need not be signed"
    );

    let (message, hint) = refused(read_advisories(&risks, Some(&ours)), &folder);
    assert_eq!(message, "risks.toml: not signed: `risks.toml.minisig` is missing");
    assert!(hint.unwrap().contains("minisign -Sm"));
    sign(at, "ours", &[]);
    assert_eq!(read_advisories(&risks, Some(&ours)).unwrap().iter().next().unwrap().reason, "everything is");

    let bad = |key: &str| match read_advisories(&risks, Some(key)).unwrap_err().fault {
        FileFault::Signature(why) => why,
        other => panic!("{other}"),
    };
    assert!(!bad(&theirs).is_empty());
    // The list is not even read where its signature is of another one.
    fs::write(&risks, "not toml at all").unwrap();
    assert!(!bad(&ours).is_empty());
    fs::write(&risks, RISKS).unwrap();
    sign(at, "theirs", &[]);
    assert!(!bad(&ours).is_empty());
    sign(at, "ours", &["-l"]);
    assert!(!bad(&ours).is_empty(), "the older kind of signature");
    fs::write(at.join("risks.toml.minisig"), "x".repeat(1 << 20)).unwrap();
    assert!(bad(&ours).contains("larger than"));
    let error = read_advisories(&risks, Some("not a key")).unwrap_err();
    sign(at, "ours", &[]);
    assert!(matches!(error.fault, FileFault::Signature(_) | FileFault::Key(_)));
    let error = read_advisories(&risks, Some("not a key")).unwrap_err();
    assert!(
        matches!(error.fault, FileFault::Key(_)) && error.hint().unwrap().contains("minisign.pub"),
        "{error}"
    );
    assert!(read_advisories(&risks, Some(&ours)).is_ok());
}
