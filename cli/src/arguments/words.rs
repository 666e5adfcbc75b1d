//! Arguments that take one of a list of words: completions offer the list.

use std::ffi::OsStr;
use std::fmt::Display;
use std::str::FromStr;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, Command, Error};
use start_points::levels::Level;
use start_points::rule::Rule;
use start_points::{DialectChoice, Kind, gate};
use start_points_schemas::Schema;

/// A parser, and the words that it is known to take. The parser decides: its errors name the nearest word, where
/// clap's would list dozens.
#[derive(Clone)]
pub(crate) struct Words<P> {
    parser: P,
    words: fn() -> Vec<PossibleValue>,
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
type LevelParser<R, L> = Words<fn(&str) -> Result<(R, L), String>>;

/// A kind of start-point.
pub(crate) fn kind() -> WordParser<Kind> {
    Words { parser: Kind::from_str, words: || Kind::ALL.map(|kind| kind.as_str().into()).to_vec() }
}

/// A dialect of image names.
pub(crate) fn dialect() -> WordParser<DialectChoice> {
    Words {
        parser: DialectChoice::from_str,
        words: || DialectChoice::ALL.map(|dialect| dialect.as_str().into()).to_vec(),
    }
}

/// The id of a rule.
pub(crate) fn rule() -> Words<StringValueParser> {
    Words { parser: StringValueParser::new(), words: || rules().map(described).collect() }
}

/// The name of a schema.
pub(crate) fn schema() -> Words<StringValueParser> {
    Words {
        parser: StringValueParser::new(),
        words: || Schema::ALL.map(|schema| schema.name().into()).to_vec(),
    }
}

/// The level of a rule.
pub(crate) fn level() -> LevelParser<String, Level> {
    Words { parser: rule_level, words: || levels(rules().map(|rule| rule.id), Level::WORDS) }
}

/// What a rule of the gate makes of an image.
pub(crate) fn gate_level() -> LevelParser<gate::Rule, gate::GateLevel> {
    Words {
        parser: super::gate::rule_level,
        words: || {
            levels(
                gate::Rule::ALL.into_iter().map(gate::Rule::id),
                gate::GateLevel::ALL.map(gate::GateLevel::as_str),
            )
        },
    }
}

/// Every rule.
pub(crate) fn rules() -> impl Iterator<Item = &'static Rule> {
    start_points::RULES.iter().copied()
}

fn described(rule: &Rule) -> PossibleValue {
    PossibleValue::new(rule.id).help(rule.summary)
}

fn levels<L: Display + Copy>(
    rules: impl Iterator<Item = &'static str>,
    levels: impl IntoIterator<Item = L> + Clone,
) -> Vec<PossibleValue> {
    rules
        .flat_map(|rule| levels.clone().into_iter().map(move |level| format!("{rule}={level}").into()))
        .map(|word: clap::builder::Str| PossibleValue::new(word))
        .collect()
}

fn rule_level(text: &str) -> Result<(String, Level), String> {
    let (rule, level) = text.split_once('=').ok_or("write RULE=LEVEL")?;
    Ok((rule.to_owned(), level.parse::<Level>().map_err(|error| error.to_string())?))
}
