//! An image's configuration: written from sorted maps, for the typed crates shuffle the labels.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use crate::cause::Cause;
use crate::descriptor::Platform;
use crate::digest::Digest;
use crate::facts::{Facts, Probe};

const WHAT: &str = "the configuration";
/// An image of data runs on nothing, and so names no architecture; engines check the operating system alone.
const ARCHITECTURE: &str = "unknown";
const OS: &str = "linux";

type Object = BTreeMap<String, Box<RawValue>>;

/// What is read of a configuration.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Config {
    #[serde(default)]
    pub(crate) created: Option<String>,
    #[serde(default)]
    pub(crate) architecture: String,
    #[serde(default)]
    pub(crate) os: String,
    #[serde(default)]
    pub(crate) config: Option<Settings>,
    pub(crate) rootfs: RootFs,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Settings {
    #[serde(default)]
    pub(crate) labels: Option<BTreeMap<String, String>>,
    #[serde(default)]
    pub(crate) exposed_ports: Option<BTreeMap<String, serde_json::Value>>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct RootFs {
    #[serde(rename = "type")]
    kind: String,
    pub(crate) diff_ids: Vec<Digest>,
}

/// As Docker has it: times in nanoseconds.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Healthcheck<'a> {
    interval: u64,
    retries: u32,
    start_period: u64,
    test: Vec<&'a str>,
    timeout: u64,
}

impl<'a> Healthcheck<'a> {
    fn of(probe: &'a Probe) -> Self {
        let nanoseconds = |time: Duration| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        Self {
            interval: nanoseconds(probe.interval),
            retries: probe.retries,
            start_period: nanoseconds(probe.start),
            test: std::iter::once("CMD").chain(probe.command.iter().map(String::as_str)).collect(),
            timeout: nanoseconds(probe.timeout),
        }
    }
}

impl Config {
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Cause> {
        serde_json::from_slice(bytes).map_err(|error| Cause::broken(WHAT, error))
    }
}

/// The configuration of an image with these layers, on top of those of a base where there is one.
///
/// What the base says stays, but for what `facts` say differently.
pub(crate) fn write(facts: &Facts, base: Option<&[u8]>, diff_ids: &[Digest]) -> Result<Vec<u8>, Cause> {
    let mut document = match base {
        Some(bytes) => parse::<Object>(bytes)?,
        None => Object::from([
            ("architecture".to_owned(), raw(&ARCHITECTURE)?),
            ("os".to_owned(), raw(&OS)?),
            ("history".to_owned(), raw(&[(); 0])?),
        ]),
    };
    if let Some(run) = &facts.run {
        let Platform { architecture, os, variant } = &run.platform;
        document.insert("architecture".to_owned(), raw(architecture)?);
        document.insert("os".to_owned(), raw(os)?);
        if let Some(variant) = variant {
            document.insert("variant".to_owned(), raw(variant)?);
        }
    }
    let created = facts.created.to_string();
    let mut rootfs = RootFs { kind: "layers".to_owned(), ..member(&document, "rootfs")? };
    rootfs.diff_ids.extend_from_slice(diff_ids);
    // Each layer has its line of history, or there is none at all.
    if document.contains_key("history") {
        let mut history: Vec<Box<RawValue>> = member(&document, "history")?;
        let line = BTreeMap::from([("created", created.as_str()), ("created_by", "start-points")]);
        for _ in diff_ids {
            history.push(raw(&line)?);
        }
        document.insert("history".to_owned(), raw(&history)?);
    }
    let settings = settings(facts, member(&document, "config")?)?;
    document.insert("config".to_owned(), raw(&settings)?);
    document.insert("created".to_owned(), raw(&created)?);
    document.insert("rootfs".to_owned(), raw(&rootfs)?);
    serde_json::to_vec(&document).map_err(|error| Cause::broken(WHAT, error))
}

fn settings(facts: &Facts, mut settings: Object) -> Result<Object, Cause> {
    let mut labels: BTreeMap<String, String> = member(&settings, "Labels")?;
    labels.extend(facts.labels.clone());
    let mut ports: BTreeMap<String, Box<RawValue>> = member(&settings, "ExposedPorts")?;
    for port in &facts.ports {
        ports.insert(format!("{port}/tcp"), raw(&BTreeMap::<(), ()>::new())?);
    }
    if let Some(run) = &facts.run {
        let variables: Vec<_> =
            run.environment.iter().map(|(name, value)| format!("{name}={value}")).collect();
        settings.insert("Entrypoint".to_owned(), raw(&run.program)?);
        settings.insert("Env".to_owned(), raw(&variables)?);
        settings.insert("User".to_owned(), raw(&run.user)?);
        settings.insert("WorkingDir".to_owned(), raw(&run.folder)?);
        // Arguments for another program.
        settings.remove("Cmd");
        match &run.probe {
            Some(probe) => drop(settings.insert("Healthcheck".to_owned(), raw(&Healthcheck::of(probe))?)),
            None => drop(settings.remove("Healthcheck")),
        }
    }
    settings.insert("Labels".to_owned(), raw(&labels)?);
    if !ports.is_empty() {
        settings.insert("ExposedPorts".to_owned(), raw(&ports)?);
    }
    Ok(settings)
}

/// A member; the default where it is missing or null.
fn member<T: Default + for<'de> Deserialize<'de>>(object: &Object, name: &str) -> Result<T, Cause> {
    let Some(value) = object.get(name) else { return Ok(T::default()) };
    Ok(parse::<Option<T>>(value.get().as_bytes())?.unwrap_or_default())
}

fn parse<T: for<'de> Deserialize<'de>>(bytes: &[u8]) -> Result<T, Cause> {
    serde_json::from_slice(bytes).map_err(|error| Cause::broken(WHAT, error))
}

fn raw(value: &(impl Serialize + ?Sized)) -> Result<Box<RawValue>, Cause> {
    to_raw_value(value).map_err(|error| Cause::broken(WHAT, error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Run;
    use start_points::Kind;
    use start_points::Time as Created;

    #[test]
    fn a_catalogues_configuration_is_sorted() {
        let facts = Facts::catalogue(Kind::Exercises, Created::from_unix(86_400));
        let facts = facts.label("org.opencontainers.image.title", "x").label("a", "b");
        let bytes = write(&facts, None, &[Digest::of(b"")]).unwrap();
        let expected = concat!(
            r#"{"architecture":"unknown","config":{"ExposedPorts":{"4525/tcp":{}},"Labels":{"a":"b","#,
            r#""org.cyber-dojo.start-point":"exercises","org.opencontainers.image.created":"1970-01-02T00:00:00Z","#,
            r#""org.opencontainers.image.title":"x"}},"created":"1970-01-02T00:00:00Z","#,
            r#""history":[{"created":"1970-01-02T00:00:00Z","created_by":"start-points"}],"os":"linux","#,
            r#""rootfs":{"type":"layers","diff_ids":["#,
            r#""sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]}}"#,
        );
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);
    }

    #[test]
    fn what_a_container_runs_is_said_for_its_platform() {
        let platform = Platform { architecture: "amd64".to_owned(), os: "linux".to_owned(), variant: None };
        let run = Run {
            platform,
            program: vec!["/usr/bin/start-points".to_owned(), "serve".to_owned()],
            user: "65534".to_owned(),
            folder: "/app".to_owned(),
            environment: BTreeMap::from([("B".to_owned(), "2".to_owned()), ("A".to_owned(), "1".to_owned())]),
            probe: Some(Probe {
                command: vec!["/usr/bin/start-points".to_owned(), "probe".to_owned()],
                interval: Duration::from_secs(1),
                timeout: Duration::from_secs(2),
                start: Duration::ZERO,
                retries: 5,
            }),
        };
        let bytes = write(&Facts::new(Created::default()).runs(run), None, &[]).unwrap();
        let text = String::from_utf8(bytes.clone()).unwrap();
        let settings = r#""config":{"Entrypoint":["/usr/bin/start-points","serve"],"Env":["A=1","B=2"],"#;
        assert!(text.contains(settings), "{text}");
        assert!(text.contains(r#""User":"65534","WorkingDir":"/app"}"#), "{text}");
        let health = r#""Healthcheck":{"Interval":1000000000,"Retries":5,"StartPeriod":0,"#;
        assert!(
            text.contains(health) && text.contains(r#"["CMD","/usr/bin/start-points","probe"]"#),
            "{text}"
        );
        assert_eq!(Config::parse(&bytes).unwrap().architecture, "amd64");
        let over = write(&Facts::catalogue(Kind::Custom, Created::default()), Some(&bytes), &[]).unwrap();
        let text = String::from_utf8(over).unwrap();
        assert!(text.contains(r#"["/usr/bin/start-points","serve"]"#) && text.contains("amd64"), "{text}");
    }

    #[test]
    fn a_base_keeps_its_say() {
        let base = br#"{"os":"linux","architecture":"arm64","variant":"v8","created":"2001-01-01T00:00:00Z",
            "config":{"Cmd":["/serve"],"Labels":{"maintainer":"x"},"ExposedPorts":null},
            "rootfs":{"type":"layers","diff_ids":[]}}"#;
        let facts = Facts::catalogue(Kind::Custom, Created::default());
        let bytes = write(&facts, Some(base), &[Digest::of(b"")]).unwrap();
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert!(text.contains(r#""Cmd":["/serve"]"#) && text.contains(r#""variant":"v8""#), "{text}");
        assert!(text.contains(r#""maintainer":"x""#) && !text.contains("history"), "{text}");
        let read = Config::parse(&bytes).unwrap();
        assert_eq!(read.architecture, "arm64");
        assert_eq!(read.created.as_deref(), Some("1970-01-01T00:00:00Z"));
        assert_eq!(read.rootfs.diff_ids.len(), 1);
        assert!(write(&facts, Some(b"[]"), &[]).is_err());
    }
}
