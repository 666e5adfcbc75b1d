//! `gate`: may these images run, and why not.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::Args;
use start_points::gate::{Age, Decision, GateLevel, GateRule, ImageFacts, Policy, Reason, Verdict, decide};
use start_points::nearest::nearest;
use start_points::shown::{self, counted};
use start_points::{ImageName, Time};
use start_points_catalogue::{CatalogueSource, read};
use start_points_gate::{Decided, Lookup, LookupOptions, answer_json, read_policy_with, verdict};
use start_points_io::{BlobCache, RetryPolicy};
use start_points_oci::registry::RegistryOptions;
use start_points_oci::{Cancel, OciError, OciLimits};

use crate::arguments::{LevelParser, TextFormat, Words, level_words};
use crate::error::{CliError, CommandOutcome, end_on_interrupt, interrupted};
use crate::fetching::cache_folder;
use crate::output::{
    ERROR, HINT, PLACE, WARNING, eprint_line, eprint_styled, print_error, print_json, print_styled, styled,
};
use crate::progress::Progress;
use crate::registry::{Registries, RegistryArguments, source};

/// Arguments of `gate`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  start-points gate cyberdojofoundation/python_pytest:4edf92a
  start-points gate --catalogue ./languages             every image of the catalogue
  start-points gate --catalogue ./languages IMAGE       whether it is one of them and may run
  start-points gate --max-age 180d --level later-tag=deny IMAGE
  start-points gate --policy policy.toml --risks risks.toml IMAGE

By default, images older than 365 days or of unknown age are denied, and a newer tag is a warning. docs/gate.md \
describes policies. Answers of registries are cached for an hour.

Exit codes: 0 all may run, perhaps with warnings, 1 at least one may not, 2 invalid arguments, or a fact that a rule \
needs is unknown.")]
pub(crate) struct GateArguments {
    /// Images
    #[arg(value_name = "IMAGE", required_unless_present = "catalogue", value_parser = image_name)]
    pub images: Vec<ImageName>,
    /// Check that this catalogue (a folder, oci:PATH or an image) names the images; without IMAGE, decide about all
    /// that it names
    #[arg(long, value_name = "CATALOGUE")]
    pub catalogue: Option<String>,
    /// A policy file, in TOML, or in JSON if named *.json
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// A list of advisories in addition to the policy's, signed if the policy has `risks_key`; repeatable
    #[arg(long, value_name = "FILE")]
    pub risks: Vec<PathBuf>,
    /// The maximum age in hours, days or weeks, such as 12h, 365d or 52w [default: the policy's, or 365d]
    #[arg(long, value_name = "AGE")]
    pub max_age: Option<Age>,
    /// Set the level of a rule: allow, warn, deny; repeatable
    #[arg(long, value_name = "RULE=LEVEL", value_parser = gate_level_parser(), hide_possible_values = true)]
    pub level: Vec<(GateRule, GateLevel)>,
    /// Decide as of this time, in RFC 3339 [default: now]
    #[arg(long, value_name = "TIME")]
    pub now: Option<Time>,
    /// Use cached answers only, without network access
    #[arg(long)]
    pub offline: bool,
    /// The number of concurrent requests
    #[arg(long, value_name = "COUNT", default_value = "16")]
    pub jobs: NonZeroUsize,
    /// The timeout for one image
    #[arg(long, value_name = "SECONDS", default_value = "60")]
    pub timeout: u32,
    #[command(flatten)]
    pub registry: RegistryArguments,
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: TextFormat,
    /// Print reasons only
    #[arg(long, short)]
    pub quiet: bool,
}

fn image_name(text: &str) -> Result<ImageName, String> {
    ImageName::parse(text).map_err(|error| match error.hint() {
        Some(hint) => format!("{error}: {hint}"),
        None => error.to_string(),
    })
}

/// The parser of a level of a rule of the gate.
fn gate_level_parser() -> LevelParser<GateRule, GateLevel> {
    Words {
        parser: rule_level,
        words: || {
            level_words(GateRule::ALL.into_iter().map(GateRule::id), GateLevel::ALL.map(GateLevel::as_str))
        },
    }
}

fn rule_level(text: &str) -> Result<(GateRule, GateLevel), String> {
    let (id, level) = text.split_once('=').ok_or("write RULE=LEVEL")?;
    let rule = GateRule::ALL.into_iter().find(|rule| rule.id() == id).ok_or_else(|| {
        let ids = GateRule::ALL.map(GateRule::id);
        match nearest(id, ids) {
            Some(near) => format!("unknown rule `{id}`; did you mean `{near}`?"),
            None => format!("unknown rule `{id}`; the gate has {}", ids.join(", ")),
        }
    })?;
    let level =
        level.parse().map_err(|()| format!("unknown level `{level}`; expected `allow`, `warn` or `deny`"))?;
    Ok((rule, level))
}

pub(crate) fn run(arguments: &GateArguments) -> Result<CommandOutcome, CliError> {
    let policy = policy(arguments)?;
    let cancel = Cancel::default();
    end_on_interrupt(cancel.clone())?;
    let registries = Registries::open(&arguments.registry, arguments.timeout, &cancel, arguments.quiet);
    let named = arguments.catalogue.as_deref().map(|text| named_by(text, &registries)).transpose()?;
    let images: Vec<ImageName> = match (&named, arguments.images.is_empty()) {
        (Some(named), true) => named.iter().cloned().collect(),
        _ => arguments.images.clone(),
    };
    let now = arguments.now.unwrap_or_else(clock);
    let in_catalogue = |image: &ImageName| {
        let image = image.canonical();
        Some(named.as_ref()?.iter().any(|named| named.canonical() == image))
    };
    let lookup = lookup(arguments, &policy, cancel.clone())?;
    let progress = Mutex::new(Progress::of(images.len(), "images", arguments.quiet));
    let progress = || progress.lock().unwrap_or_else(PoisonError::into_inner);
    let facts = lookup.facts(&images, now, &|image| progress().step(&image.to_string()));
    progress().finish();
    if cancel.is_cancelled() {
        return Err(interrupted());
    }
    let decided: Vec<Decided> = images
        .iter()
        .zip(facts)
        .map(|(image, facts)| {
            let facts = facts.map(|facts| ImageFacts { in_catalogue: in_catalogue(image), ..facts });
            (image.clone(), facts.map(|facts| decide(&facts, &policy, now)))
        })
        .collect();
    tell(&decided, arguments)?;
    let unknown = decided.iter().filter(|decided| verdict(decided) == Verdict::Unknown).count();
    if unknown > 0 {
        let message = format!("no decision about {unknown} of {}", counted(decided.len(), "image"));
        return Err(anyhow::anyhow!(message).into());
    }
    let may_run = decided.iter().all(|decided| verdict(decided).may_run());
    Ok(if may_run { CommandOutcome::Clean } else { CommandOutcome::Faults })
}

/// What the files say, and the flags over them.
fn policy(arguments: &GateArguments) -> Result<Policy, CliError> {
    let mut policy = read_policy_with(arguments.policy.as_deref(), &arguments.risks)?;
    policy.max_age = arguments.max_age.unwrap_or(policy.max_age);
    for (rule, level) in &arguments.level {
        policy.set_level(*rule, *level);
    }
    Ok(policy)
}

/// The images that a catalogue names. A start-point that names none, because its manifest is wrong, is an error: what is missing would be
/// allowed in silence.
fn named_by(text: &str, registries: &Registries) -> Result<BTreeSet<ImageName>, CliError> {
    let catalogue = match source(text)? {
        CatalogueSource::Folder(folder) => read::read(&read::FolderFiles::new(&folder), None)?,
        image => {
            let (files, kind) = registries.catalogue(&image)?;
            read::read(&files, kind)?
        }
    };
    let mut named = BTreeSet::new();
    for entry in catalogue.entries {
        let place = || format!("{text}: {}", entry.manifest);
        let wrong = |why: String| {
            CliError::with_hint(format!("{}: {why}", place()), "run `start-points check` for details")
        };
        match entry.image_name {
            Err(error) => return Err(wrong(error.to_string())),
            Ok(None) => {}
            Ok(Some(name)) => drop(named.insert(name.parse().map_err(|error| wrong(format!("{error}")))?)),
        }
    }
    match named.is_empty() {
        true => Err(CliError::with_hint(
            format!("no images in the catalogue `{text}`"),
            "use a catalogue of languages or custom start-points: exercises have no images",
        )),
        false => Ok(named),
    }
}

fn lookup(arguments: &GateArguments, policy: &Policy, cancel: Cancel) -> Result<Lookup, CliError> {
    let mut limits = OciLimits::default();
    limits.time = Duration::from_secs(arguments.timeout.into());
    let retry = RetryPolicy::within(limits.time);
    Ok(Lookup::new(LookupOptions {
        registry: RegistryOptions { limits, cancel, ..arguments.registry.options() },
        cache: Some(BlobCache::open(&cache_folder()?)?),
        retry,
        jobs: arguments.jobs,
        offline: arguments.offline,
        tags: policy.level(GateRule::LaterTag) > GateLevel::Allow,
    }))
}

fn clock() -> Time {
    Time::from_unix(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()))
}

fn tell(decided: &[Decided], arguments: &GateArguments) -> Result<(), CliError> {
    match arguments.format {
        TextFormat::Json => print_json(answer_json(decided) + "\n")?,
        TextFormat::Text => {
            for (image, decision) in decided {
                match decision {
                    Ok(decision) => print_styled(&as_text(decision))?,
                    Err(error) => tell_error(image, error)?,
                }
            }
        }
    }
    if !arguments.quiet {
        eprint_line(&summary(decided))?;
    }
    Ok(())
}

fn tell_error(image: &ImageName, error: &OciError) -> Result<(), CliError> {
    let message = error.to_string();
    // Where another image than this one is in the way, both are named.
    let about = if message.contains(&image.to_string()) { String::new() } else { format!("`{image}`: ") };
    print_error(&format!("{about}{message}"))?;
    if let Some(hint) = error.hint() {
        eprint_styled(&format!(" {}: {}", styled(HINT, "= hint"), shown::lines(hint)))?;
    }
    Ok(eprint_line("")?)
}

fn as_text(decision: &Decision) -> String {
    let reason = |reason: &Reason| {
        let style = if reason.verdict.may_run() { WARNING } else { ERROR };
        let verdict = styled(style, &format!("{}[{}]", reason.verdict.as_str(), reason.rule.id()));
        let (message, hint) = (shown::lines(&reason.message), shown::lines(&reason.hint));
        let [arrow, bar, label] =
            [(PLACE, "-->"), (PLACE, "="), (HINT, "hint")].map(|(style, text)| styled(style, text));
        format!("{verdict}: {message}\n{arrow} {}\n {bar} {label}: {hint}\n\n", decision.image)
    };
    decision.reasons.iter().map(reason).collect()
}

fn summary(decided: &[Decided]) -> String {
    let mut parts = Vec::new();
    for (of, word) in [
        (Verdict::Deny, "denied"),
        (Verdict::Unknown, "unknown"),
        (Verdict::Warn, "warned about"),
        (Verdict::Allow, "allowed"),
    ] {
        let count = decided.iter().filter(|decided| verdict(decided) == of).count();
        parts.extend((count > 0).then(|| format!("{count} {word}")));
    }
    format!("{}: {}", counted(decided.len(), "image"), parts.join(", "))
}
