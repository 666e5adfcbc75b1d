//! Display names over all start-points of a run.
//!
//! Of each name only a hash is kept, so that memory does not grow with what is checked. Where two hashes are
//! equal the names behind them are read again, and the engine says what is wrong with them.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use start_points::Kind;
use start_points::check::{Listed, alike, check_catalogue};
use start_points::diagnostic::Diagnostic;

/// What is kept of a name: equal for names that are alike, and by chance for others.
type Mark = (Kind, u64);

/// The names of the start-points that were seen.
#[derive(Debug, Default)]
pub(crate) struct Names {
    marks: Vec<Mark>,
}

impl Names {
    /// Takes a name.
    pub(crate) fn add(&mut self, kind: Kind, display_name: &str) {
        self.marks.push(mark(kind, display_name));
    }

    /// The marks that more than one name has.
    pub(crate) fn repeated(mut self) -> Repeated {
        self.marks.sort_unstable();
        let twice = self.marks.windows(2).filter(|pair| pair.first() == pair.last());
        Repeated { marks: twice.filter_map(|pair| pair.first().copied()).collect(), listed: Vec::new() }
    }
}

/// Names that may be alike, gathered in a second look.
#[derive(Debug)]
pub(crate) struct Repeated {
    marks: BTreeSet<Mark>,
    listed: Vec<(Kind, Listed)>,
}

impl Repeated {
    /// Whether no second look is needed.
    pub(crate) fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    /// Takes a name with its place, where it may be alike to another.
    pub(crate) fn add(&mut self, kind: Kind, listed: Listed) {
        if self.marks.contains(&mark(kind, &listed.display_name)) {
            self.listed.push((kind, listed));
        }
    }

    /// The faults of the names, in the order of their paths.
    pub(crate) fn faults(mut self) -> Vec<Diagnostic> {
        self.listed.sort_by(|(_, one), (_, other)| one.place.cmp(&other.place));
        let of_kind = |kind| -> Vec<Listed> {
            self.listed.iter().filter(|(own, _)| *own == kind).map(|(_, listed)| listed.clone()).collect()
        };
        Kind::ALL.into_iter().flat_map(|kind| check_catalogue(&of_kind(kind))).collect()
    }
}

fn mark(kind: Kind, display_name: &str) -> Mark {
    let mut hasher = DefaultHasher::new();
    alike(display_name).hash(&mut hasher);
    (kind, hasher.finish())
}
