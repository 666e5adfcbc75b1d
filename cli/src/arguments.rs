//! Arguments that several commands take, and values that come from a list of words, which completions offer.

use std::ffi::OsStr;
use std::fmt::Display;
use std::str::FromStr;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, Args, Command, Error, ValueEnum};
use start_points::levels::Level;
use start_points::rule::Rule;
use start_points::{DialectChoice, Kind};
use start_points_schemas::Schema;

use crate::fetching::FetchArguments;
use crate::registry::RegistryArguments;
use crate::settings::{self, Overrides};

/// How manifests are read.
#[derive(Debug, Args, Clone, Copy)]
pub(crate) struct ManifestArguments {
    /// The kind of every manifest: languages, exercises, custom [default: detected from its path]
    #[arg(long, value_name = "KIND", value_parser = kind_parser(), hide_possible_values = true)]
    pub kind: Option<Kind>,
    /// How languages start-points get their image names: auto, derived, pinned [default: auto]
    #[arg(long, value_name = "DIALECT", value_parser = dialect_parser(), hide_possible_values = true)]
    pub dialect: Option<DialectChoice>,
}

impl From<&ManifestArguments> for Overrides {
    fn from(arguments: &ManifestArguments) -> Self {
        Self { kind: arguments.kind, dialect: arguments.dialect, ..Self::default() }
    }
}

/// How the commands that build something fetch their sources and report on them.
#[derive(Debug, Args)]
pub(crate) struct BuildArguments {
    /// Output format of the report
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<FormatArgument>,
    #[command(flatten)]
    pub fetch: FetchArguments,
    #[command(flatten)]
    pub registry: RegistryArguments,
    /// Print faults only
    #[arg(long, short)]
    pub quiet: bool,
}

/// Output formats of reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormatArgument {
    /// Source lines with carets
    Full,
    /// path:line:column: rule: message
    Concise,
    /// JSON: the report, version 1
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// GitHub Actions annotations
    Github,
}

impl From<FormatArgument> for settings::ReportFormat {
    fn from(format: FormatArgument) -> Self {
        match format {
            FormatArgument::Full => Self::Full,
            FormatArgument::Concise => Self::Concise,
            FormatArgument::Json => Self::Json,
            FormatArgument::Sarif => Self::Sarif,
            FormatArgument::Github => Self::Github,
        }
    }
}

/// Output formats of commands that print no report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TextFormat {
    /// For people
    Text,
    /// For programs
    Json,
}

/// A parser, and the words that completions offer for it. The parser decides: its errors name the nearest word, where
/// clap's would list dozens.
#[derive(Clone)]
pub(crate) struct Words<P> {
    pub parser: P,
    pub words: fn() -> Vec<PossibleValue>,
}

impl<P: TypedValueParser> TypedValueParser for Words<P> {
    type Value = P::Value;

    fn parse_ref(&self, cmd: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<P::Value, Error> {
        self.parser.parse_ref(cmd, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new((self.words)().into_iter()))
    }
}

/// The parser of a word.
type WordParser<T> = Words<fn(&str) -> Result<T, <T as FromStr>::Err>>;

/// The parser of a level of a rule, `RULE=LEVEL`.
pub(crate) type LevelParser<R, L> = Words<fn(&str) -> Result<(R, L), String>>;

/// A kind of start-point.
pub(crate) fn kind_parser() -> WordParser<Kind> {
    Words { parser: Kind::from_str, words: || Kind::ALL.map(|kind| kind.as_str().into()).to_vec() }
}

/// A dialect of image names.
pub(crate) fn dialect_parser() -> WordParser<DialectChoice> {
    Words {
        parser: DialectChoice::from_str,
        words: || DialectChoice::ALL.map(|dialect| dialect.as_str().into()).to_vec(),
    }
}

/// The id of a rule.
pub(crate) fn rule_parser() -> Words<StringValueParser> {
    Words { parser: StringValueParser::new(), words: || rules().map(with_summary).collect() }
}

/// The name of a schema.
pub(crate) fn schema_parser() -> Words<StringValueParser> {
    Words {
        parser: StringValueParser::new(),
        words: || Schema::ALL.map(|schema| schema.name().into()).to_vec(),
    }
}

/// The level of a rule.
pub(crate) fn level_parser() -> LevelParser<String, Level> {
    Words { parser: rule_level, words: || level_words(rules().map(|rule| rule.id), Level::WORDS) }
}

/// Every rule.
pub(crate) fn rules() -> impl Iterator<Item = &'static Rule> {
    start_points::RULES.iter().copied()
}

fn with_summary(rule: &Rule) -> PossibleValue {
    PossibleValue::new(rule.id).help(rule.summary)
}

/// `RULE=LEVEL` for every rule and level.
pub(crate) fn level_words<L: Display + Copy>(
    rules: impl Iterator<Item = &'static str>,
    levels: impl IntoIterator<Item = L> + Clone,
) -> Vec<PossibleValue> {
    rules
        .flat_map(|rule| levels.clone().into_iter().map(move |level| format!("{rule}={level}").into()))
        .map(|word: clap::builder::Str| PossibleValue::new(word))
        .collect()
}

fn rule_level(text: &str) -> Result<(String, Level), String> {
    let (rule, level) = text.split_once('=').ok_or("expected RULE=LEVEL")?;
    Ok((rule.to_owned(), level.parse::<Level>().map_err(|error| error.to_string())?))
}
