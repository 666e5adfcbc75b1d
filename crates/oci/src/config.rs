//! An image's configuration: what callers set, and the document. It is written from sorted maps, so that the same
//! configuration has the same bytes.
//!
//! <https://github.com/opencontainers/image-spec/blob/main/config.md>

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use start_points::{Kind, Time as Created};

use crate::digest::Digest;
use crate::error::OciErrorKind;
use crate::manifest::Platform;

/// The label with the kind of start-points in an image.
pub const KIND_LABEL: &str = "org.cyber-dojo.start-point";
/// The label with the time at which an image was made. This and the labels below:
/// <https://github.com/opencontainers/image-spec/blob/main/annotations.md#pre-defined-annotation-keys>.
pub const CREATED_LABEL: &str = "org.opencontainers.image.created";

/// The label with the title of an image.
pub const TITLE_LABEL: &str = "org.opencontainers.image.title";
/// The label with the URL of an image's source.
pub const SOURCE_LABEL: &str = "org.opencontainers.image.source";
/// The label with the revision of the source: a commit.
pub const REVISION_LABEL: &str = "org.opencontainers.image.revision";

/// The program that a container of an image runs. Paths are absolute, in the image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunConfig {
    /// The platform that the program is built for.
    pub platform: Platform,
    /// The program and its first arguments; a container's own arguments follow.
    pub program: Vec<String>,
    /// Its user, and perhaps group, as numbers: `65534:65534`.
    pub user: String,
    /// Its working directory.
    pub folder: String,
    /// Its environment variables.
    pub environment: BTreeMap<String, String>,
    /// Its health check.
    pub healthcheck: Option<Healthcheck>,
}

/// A command in the container whose exit code 0 means healthy. Docker has it, the OCI's specification does not:
/// <https://docs.docker.com/reference/dockerfile/#healthcheck>.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Healthcheck {
    /// The program and its arguments.
    pub command: Vec<String>,
    /// The time between two checks.
    pub interval: Duration,
    /// The time for one check.
    pub timeout: Duration,
    /// The time after the start in which failures do not count.
    pub start: Duration,
    /// The failures in a row that mean unhealthy.
    pub retries: u32,
}

/// The configuration of an image: when it was made, its labels, the TCP ports it serves on, and what it runs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImageConfig {
    pub(crate) created: Created,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) ports: BTreeSet<u16>,
    pub(crate) run: Option<RunConfig>,
}

impl ImageConfig {
    /// An image without ports and with the one label [`CREATED_LABEL`].
    ///
    /// `created` is part of the digest: use a commit's time, not the clock.
    #[must_use]
    pub fn new(created: Created) -> Self {
        let config = Self { created, ..Self::default() };
        config.label(CREATED_LABEL, &created.to_string())
    }

    /// A catalogue of start-points: labelled with their kind, and with the port of the kind.
    #[must_use]
    pub fn catalogue(kind: Kind, created: Created) -> Self {
        let mut config = Self::new(created).label(KIND_LABEL, kind.as_str());
        config.ports.insert(default_port(kind));
        config
    }

    /// Sets a label.
    #[must_use]
    pub fn label(mut self, name: &str, value: &str) -> Self {
        self.labels.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Sets the program. Without one it is an image of data, or runs what its base does.
    #[must_use]
    pub fn runs(mut self, run: RunConfig) -> Self {
        self.run = Some(run);
        self
    }
}

/// The TCP port that a catalogue of this kind is served on.
#[must_use]
pub const fn default_port(kind: Kind) -> u16 {
    match kind {
        Kind::Languages => 4524,
        Kind::Exercises => 4525,
        Kind::Custom => 4526,
    }
}

const WHAT: &str = "the configuration";
/// An image of data has no architecture; engines check only the operating system.
const ARCHITECTURE: &str = "unknown";
const OS: &str = "linux";

type Object = BTreeMap<String, Box<RawValue>>;

/// The members of a configuration that are read.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct ConfigDocument {
    #[serde(default)]
    pub(crate) created: Option<String>,
    #[serde(default)]
    pub(crate) architecture: String,
    #[serde(default)]
    pub(crate) os: String,
    #[serde(default)]
    pub(crate) config: Option<ConfigSettings>,
    pub(crate) rootfs: RootFs,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ConfigSettings {
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

/// A health check in a configuration, with times in nanoseconds:
/// <https://github.com/moby/docker-image-spec/blob/main/spec.md#image-json-field-descriptions>.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct HealthcheckDocument<'a> {
    interval: u64,
    retries: u32,
    start_period: u64,
    test: Vec<&'a str>,
    timeout: u64,
}

impl<'a> HealthcheckDocument<'a> {
    fn new(healthcheck: &'a Healthcheck) -> Self {
        let nanoseconds = |time: Duration| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        Self {
            interval: nanoseconds(healthcheck.interval),
            retries: healthcheck.retries,
            start_period: nanoseconds(healthcheck.start),
            test: std::iter::once("CMD").chain(healthcheck.command.iter().map(String::as_str)).collect(),
            timeout: nanoseconds(healthcheck.timeout),
        }
    }
}

impl ConfigDocument {
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, OciErrorKind> {
        serde_json::from_slice(bytes).map_err(|error| OciErrorKind::broken(WHAT, error))
    }
}

/// The configuration document of an image with these layers, on top of those of its base if there is one.
///
/// Members of the base stay unless `config` sets them.
pub(crate) fn write(
    config: &ImageConfig,
    base: Option<&[u8]>,
    diff_ids: &[Digest],
) -> Result<Vec<u8>, OciErrorKind> {
    let mut document = match base {
        Some(bytes) => parse::<Object>(bytes)?,
        None => Object::from([
            ("architecture".to_owned(), raw(&ARCHITECTURE)?),
            ("os".to_owned(), raw(&OS)?),
            ("history".to_owned(), raw(&[(); 0])?),
        ]),
    };
    if let Some(run) = &config.run {
        let Platform { architecture, os, variant } = &run.platform;
        document.insert("architecture".to_owned(), raw(architecture)?);
        document.insert("os".to_owned(), raw(os)?);
        if let Some(variant) = variant {
            document.insert("variant".to_owned(), raw(variant)?);
        }
    }
    let created = config.created.to_string();
    let mut rootfs = RootFs { kind: "layers".to_owned(), ..member(&document, "rootfs")? };
    rootfs.diff_ids.extend_from_slice(diff_ids);
    // A history has an entry for each layer:
    // https://github.com/opencontainers/image-spec/blob/main/config.md#properties
    if document.contains_key("history") {
        let mut history: Vec<Box<RawValue>> = member(&document, "history")?;
        let line = BTreeMap::from([("created", created.as_str()), ("created_by", "start-points")]);
        for _ in diff_ids {
            history.push(raw(&line)?);
        }
        document.insert("history".to_owned(), raw(&history)?);
    }
    let settings = settings(config, member(&document, "config")?)?;
    document.insert("config".to_owned(), raw(&settings)?);
    document.insert("created".to_owned(), raw(&created)?);
    document.insert("rootfs".to_owned(), raw(&rootfs)?);
    serde_json::to_vec(&document).map_err(|error| OciErrorKind::broken(WHAT, error))
}

fn settings(config: &ImageConfig, mut settings: Object) -> Result<Object, OciErrorKind> {
    let mut labels: BTreeMap<String, String> = member(&settings, "Labels")?;
    labels.extend(config.labels.clone());
    let mut ports: BTreeMap<String, Box<RawValue>> = member(&settings, "ExposedPorts")?;
    for port in &config.ports {
        ports.insert(format!("{port}/tcp"), raw(&BTreeMap::<(), ()>::new())?);
    }
    if let Some(run) = &config.run {
        let variables: Vec<_> =
            run.environment.iter().map(|(name, value)| format!("{name}={value}")).collect();
        settings.insert("Entrypoint".to_owned(), raw(&run.program)?);
        settings.insert("Env".to_owned(), raw(&variables)?);
        settings.insert("User".to_owned(), raw(&run.user)?);
        settings.insert("WorkingDir".to_owned(), raw(&run.folder)?);
        // The base's `Cmd` holds arguments for another program.
        settings.remove("Cmd");
        match &run.healthcheck {
            Some(healthcheck) => {
                drop(settings.insert("Healthcheck".to_owned(), raw(&HealthcheckDocument::new(healthcheck))?))
            }
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
fn member<T: Default + for<'de> Deserialize<'de>>(object: &Object, name: &str) -> Result<T, OciErrorKind> {
    let Some(value) = object.get(name) else { return Ok(T::default()) };
    Ok(parse::<Option<T>>(value.get().as_bytes())?.unwrap_or_default())
}

fn parse<T: for<'de> Deserialize<'de>>(bytes: &[u8]) -> Result<T, OciErrorKind> {
    serde_json::from_slice(bytes).map_err(|error| OciErrorKind::broken(WHAT, error))
}

fn raw(value: &(impl Serialize + ?Sized)) -> Result<Box<RawValue>, OciErrorKind> {
    to_raw_value(value).map_err(|error| OciErrorKind::broken(WHAT, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configuration_of_a_catalogue_is_sorted() {
        let config = ImageConfig::catalogue(Kind::Exercises, Created::from_unix(86_400));
        let config = config.label("org.opencontainers.image.title", "x").label("a", "b");
        let bytes = write(&config, None, &[Digest::of(b"")]).unwrap();
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
    fn a_program_is_configured_with_its_platform() {
        let platform = Platform { architecture: "amd64".to_owned(), os: "linux".to_owned(), variant: None };
        let run = RunConfig {
            platform,
            program: vec!["/usr/bin/start-points".to_owned(), "serve".to_owned()],
            user: "65534".to_owned(),
            folder: "/app".to_owned(),
            environment: BTreeMap::from([("B".to_owned(), "2".to_owned()), ("A".to_owned(), "1".to_owned())]),
            healthcheck: Some(Healthcheck {
                command: vec!["/usr/bin/start-points".to_owned(), "probe".to_owned()],
                interval: Duration::from_secs(1),
                timeout: Duration::from_secs(2),
                start: Duration::ZERO,
                retries: 5,
            }),
        };
        let bytes = write(&ImageConfig::new(Created::default()).runs(run), None, &[]).unwrap();
        let text = String::from_utf8(bytes.clone()).unwrap();
        let settings = r#""config":{"Entrypoint":["/usr/bin/start-points","serve"],"Env":["A=1","B=2"],"#;
        assert!(text.contains(settings), "{text}");
        assert!(text.contains(r#""User":"65534","WorkingDir":"/app"}"#), "{text}");
        let health = r#""Healthcheck":{"Interval":1000000000,"Retries":5,"StartPeriod":0,"#;
        assert!(
            text.contains(health) && text.contains(r#"["CMD","/usr/bin/start-points","probe"]"#),
            "{text}"
        );
        assert_eq!(ConfigDocument::parse(&bytes).unwrap().architecture, "amd64");
        let over =
            write(&ImageConfig::catalogue(Kind::Custom, Created::default()), Some(&bytes), &[]).unwrap();
        let text = String::from_utf8(over).unwrap();
        assert!(text.contains(r#"["/usr/bin/start-points","serve"]"#) && text.contains("amd64"), "{text}");
    }

    #[test]
    fn members_of_the_base_are_kept() {
        let base = br#"{"os":"linux","architecture":"arm64","variant":"v8","created":"2001-01-01T00:00:00Z",
            "config":{"Cmd":["/serve"],"Labels":{"maintainer":"x"},"ExposedPorts":null},
            "rootfs":{"type":"layers","diff_ids":[]}}"#;
        let config = ImageConfig::catalogue(Kind::Custom, Created::default());
        let bytes = write(&config, Some(base), &[Digest::of(b"")]).unwrap();
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert!(text.contains(r#""Cmd":["/serve"]"#) && text.contains(r#""variant":"v8""#), "{text}");
        assert!(text.contains(r#""maintainer":"x""#) && !text.contains("history"), "{text}");
        let read = ConfigDocument::parse(&bytes).unwrap();
        assert_eq!(read.architecture, "arm64");
        assert_eq!(read.created.as_deref(), Some("1970-01-01T00:00:00Z"));
        assert_eq!(read.rootfs.diff_ids.len(), 1);
        assert!(write(&config, Some(b"[]"), &[]).is_err());
    }
}
