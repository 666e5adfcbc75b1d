//! The arguments of `gate`.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args;
use start_points::gate::{Age, GateLevel, Rule};
use start_points::nearest::nearest;
use start_points::{ImageName, Time};

use super::{RegistryArguments, TextFormat};

/// Arguments of `gate`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  start-points gate cyberdojofoundation/python_pytest:4edf92a
  start-points gate --catalogue ./languages             every image that the catalogue names
  start-points gate --catalogue ./languages IMAGE       is it one of them, and may it run
  start-points gate --max-age 180d --level later-tag=deny IMAGE
  start-points gate --policy policy.toml --risks risks.toml IMAGE

Without a policy what was made more than 365 days ago is denied, and so is what does not say when it was made; a later \
tag is a warning. docs/gate.md says what a policy is. What registries say is remembered for an hour.

Exit codes: 0 all may run, perhaps with warnings, 1 one or more may not, 2 wrong use, or a fact that a rule needs is \
unknown for one or more.")]
pub(crate) struct GateArguments {
    /// Images
    #[arg(value_name = "IMAGE", required_unless_present = "catalogue", value_parser = image)]
    pub images: Vec<ImageName>,
    /// A catalogue, a folder, oci:PATH or an image: whether it names the images; without images, all that it names
    #[arg(long, value_name = "CATALOGUE")]
    pub catalogue: Option<String>,
    /// A policy, in TOML, or in JSON where the file's name ends in .json
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// A list of risks besides those of the policy; signed where the policy has `risks_key`; may be repeated
    #[arg(long, value_name = "FILE")]
    pub risks: Vec<PathBuf>,
    /// The maximum age, in hours, days or weeks: 12h, 365d, 52w [default: the policy's, or 365d]
    #[arg(long, value_name = "AGE")]
    pub max_age: Option<Age>,
    /// What a rule makes of an image: allow, warn, deny; may be repeated
    #[arg(long, value_name = "RULE=LEVEL", value_parser = super::words::gate_level(), hide_possible_values = true)]
    pub level: Vec<(Rule, GateLevel)>,
    /// The time for which it is decided [default: now]
    #[arg(long, value_name = "TIME")]
    pub now: Option<Time>,
    /// Use what is remembered alone, and make no connection
    #[arg(long)]
    pub offline: bool,
    /// How many requests are under way at once
    #[arg(long, value_name = "COUNT", default_value = "16")]
    pub jobs: NonZeroUsize,
    /// The most seconds for one image
    #[arg(long, value_name = "SECONDS", default_value = "60")]
    pub timeout: u32,
    #[command(flatten)]
    pub registry: RegistryArguments,
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: TextFormat,
    /// Print nothing but reasons
    #[arg(long, short)]
    pub quiet: bool,
}

fn image(text: &str) -> Result<ImageName, String> {
    ImageName::parse(text).map_err(|error| match error.hint() {
        Some(hint) => format!("{error}: {hint}"),
        None => error.to_string(),
    })
}

pub(super) fn rule_level(text: &str) -> Result<(Rule, GateLevel), String> {
    let (id, level) = text.split_once('=').ok_or("write RULE=LEVEL")?;
    let rule = Rule::ALL.into_iter().find(|rule| rule.id() == id).ok_or_else(|| {
        let ids = Rule::ALL.map(Rule::id);
        match nearest(id, ids) {
            Some(near) => format!("unknown rule `{id}`; did you mean `{near}`?"),
            None => format!("unknown rule `{id}`; the gate has {}", ids.join(", ")),
        }
    })?;
    let level =
        level.parse().map_err(|()| format!("unknown level `{level}`; write `allow`, `warn` or `deny`"))?;
    Ok((rule, level))
}
