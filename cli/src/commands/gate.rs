//! `gate`: may these images run, and why not.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use start_points::gate::{Decision, Facts, GateLevel, Policy, Rule, Verdict, decide};
use start_points::shown::{self, counted};
use start_points::{ImageName, Time};
use start_points_catalogue::{Source, read};
use start_points_gate::{
    Decided, FileError, Lookup, LookupOptions, answer_json, read_policy, read_risks, verdict,
};
use start_points_io::{BlobCache, RetryPolicy};
use start_points_oci::registry::Options;
use start_points_oci::{Cancel, ImageError, Limits};

use super::inspect;
use crate::arguments::{GateArguments, TextFormat};
use crate::error::{Failure, Outcome};
use crate::fetching::{cache_folder, end_on_interrupt, interrupted};
use crate::output::{
    ERROR, HINT, PLACE, WARNING, print_json, print_styled, styled, talk, talk_error, talk_styled,
};
use crate::progress::Progress;
use crate::registry::{Registries, source};

pub(crate) fn run(arguments: &GateArguments) -> Result<Outcome, Failure> {
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
            let facts = facts.map(|facts| Facts { in_catalogue: in_catalogue(image), ..facts });
            (image.clone(), facts.map(|facts| decide(&facts, &policy, now)))
        })
        .collect();
    tell(&decided, arguments)?;
    let unknown = decided.iter().filter(|decided| verdict(decided) == Verdict::Unknown).count();
    if unknown > 0 {
        let message = format!("{unknown} of {} could not be decided about", counted(decided.len(), "image"));
        return Err(anyhow::anyhow!(message).into());
    }
    let may_run = decided.iter().all(|decided| verdict(decided).may_run());
    Ok(if may_run { Outcome::Clean } else { Outcome::Faults })
}

/// What the files say, and the flags over them.
fn policy(arguments: &GateArguments) -> Result<Policy, Failure> {
    let mut policy = of_files(arguments.policy.as_deref(), &arguments.risks)?;
    policy.max_age = arguments.max_age.unwrap_or(policy.max_age);
    for (rule, level) in &arguments.level {
        policy.set_level(*rule, *level);
    }
    Ok(policy)
}

/// A policy from its file, or the default one, with what lists of risks add.
pub(super) fn of_files(policy: Option<&Path>, risks: &[PathBuf]) -> Result<Policy, Failure> {
    let failure = |error: FileError| {
        let hint = error.hint();
        Failure::hinted(error, hint)
    };
    let mut policy = policy.map(read_policy).transpose().map_err(failure)?.unwrap_or_default();
    for file in risks {
        policy.risks.extend(read_risks(file, policy.risks_key.as_deref()).map_err(failure)?);
    }
    Ok(policy)
}

/// The images that a catalogue names. One that names none, as its manifest is wrong, is told: what is missing would be
/// allowed in silence.
fn named_by(text: &str, registries: &Registries) -> Result<BTreeSet<ImageName>, Failure> {
    let catalogue = match source(text)? {
        Source::Folder(folder) => read::read(&read::Folder::new(&folder), None)?,
        image => {
            let (held, kind) = inspect::held(&image, registries)?;
            read::read(&held, kind)?
        }
    };
    let mut named = BTreeSet::new();
    for entry in catalogue.entries {
        let place = || format!("{text}: {}", entry.manifest);
        let wrong =
            |why: String| Failure::with_hint(format!("{}: {why}", place()), "`start-points check` says more");
        match entry.image_name {
            Err(error) => return Err(wrong(error.to_string())),
            Ok(None) => {}
            Ok(Some(name)) => drop(named.insert(name.parse().map_err(|error| wrong(format!("{error}")))?)),
        }
    }
    match named.is_empty() {
        true => Err(Failure::with_hint(
            format!("the catalogue `{text}` names no image"),
            "name one of languages or custom start-points: exercises have none",
        )),
        false => Ok(named),
    }
}

fn lookup(arguments: &GateArguments, policy: &Policy, cancel: Cancel) -> Result<Lookup, Failure> {
    let mut limits = Limits::default();
    limits.time = Duration::from_secs(arguments.timeout.into());
    let retry = RetryPolicy::within(limits.time);
    Ok(Lookup::new(LookupOptions {
        registry: Options { limits, cancel, ..arguments.registry.options() },
        cache: Some(BlobCache::open(&cache_folder()?)?),
        retry,
        jobs: arguments.jobs,
        offline: arguments.offline,
        tags: policy.level(Rule::LaterTag) > GateLevel::Allow,
    }))
}

fn clock() -> Time {
    Time::from_unix(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()))
}

fn tell(decided: &[Decided], arguments: &GateArguments) -> Result<(), Failure> {
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
        talk(&summary(decided))?;
    }
    Ok(())
}

fn tell_error(image: &ImageName, error: &ImageError) -> Result<(), Failure> {
    let message = error.to_string();
    // Where another image than this one is in the way, both are named.
    let about = if message.contains(&image.to_string()) { String::new() } else { format!("`{image}`: ") };
    talk_error(&format!("{about}{message}"))?;
    if let Some(hint) = error.hint() {
        talk_styled(&format!(" {}: {}", styled(HINT, "= hint"), shown::lines(hint)))?;
    }
    Ok(talk("")?)
}

fn as_text(decision: &Decision) -> String {
    let reason = |reason: &start_points::gate::Reason| {
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
