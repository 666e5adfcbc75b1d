//! Reads the grammar of a pattern into a tree, without recursion.

use super::class::Classes;
use super::cursor::Cursor;
use super::error::{Fault, RegexErrorKind};
use super::quantifier::{self, Quantifier};
use super::reference::{Call, Names, Need};
use super::source::Source;
use super::tree::{GroupNumber, Kind, Look, NodeId, Tree};
use crate::part;
use std::ops::Range;

/// How deep groups and classes nest at most, the whole pattern counted.
const DEPTH_LIMIT: usize = 4096;

/// The most capturing groups that a pattern may have.
const GROUP_LIMIT: u32 = 32_767;

/// A pattern whose grammar is right; what refers to what is yet to be checked.
pub(super) struct Pattern {
    pub(super) tree: Tree,
    /// By number; the first is the whole pattern.
    pub(super) groups: Vec<Group>,
    pub(super) names: Names,
    pub(super) needs: Vec<Need>,
    pub(super) calls: Vec<Call>,
    /// The nodes that look behind.
    pub(super) look_behinds: Vec<NodeId>,
}

/// A capturing group.
pub(super) struct Group {
    /// The group right around this one; the whole pattern is around itself.
    pub(super) outer: GroupNumber,
    /// Which of the names this group bears.
    pub(super) name: Option<usize>,
    /// The node of the group, once it is closed.
    pub(super) node: Option<NodeId>,
}

/// What is around the part being read.
pub(super) enum Around {
    /// Nothing that counts: the whole pattern, or `(?:…)`.
    Plain,
    Capture(GroupNumber),
    /// `(?i:…)`.
    Options,
    /// `(?i)`, which holds all up to the end of the group that it is in.
    OptionsToEnd,
    Atomic,
    Absent,
    Condition,
    Look(Look),
}

struct Frame {
    around: Around,
    open: usize,
    /// The options outside.
    options: Options,
    /// The innermost capturing group outside.
    outer: GroupNumber,
    /// How many items and branches belong to what is outside.
    items: usize,
    branches: usize,
    /// Where the current branch starts.
    start: usize,
}

/// The options that make a difference to the grammar.
#[derive(Clone, Copy, Default)]
pub(super) struct Options {
    /// Whether whitespace is skipped and `#` starts a comment.
    pub(super) extended: bool,
    pub(super) ignore_case: bool,
}

/// Characters that stand side by side.
struct Run {
    start: usize,
    end: usize,
    last: usize,
    count: u32,
    folding: bool,
}

impl Run {
    fn kind(&self, count: u32) -> Kind {
        if self.folding { Kind::Folding } else { Kind::Characters(count) }
    }
}

/// Whether case folding may make another number of characters of this one.
///
/// That is so in these ranges of Unicode; a class may come down to one of them in many ways.
fn may_fold(text: &str) -> bool {
    text.starts_with('[') && !text.is_ascii()
        || text.chars().any(|c| {
            matches!(
                c as u32,
                0xDF | 0x130 | 0x149 | 0x1F0 | 0x390 | 0x3B0 | 0x587 | 0x1E96..=0x1E9E
                    | 0x1F50..=0x1FFF | 0xFB00..=0xFB17
            )
        })
}

pub(super) struct Parser<'t> {
    pub(super) cursor: Cursor<'t>,
    pub(super) pattern: Pattern,
    pub(super) options: Options,
    /// The innermost capturing group.
    pub(super) group: GroupNumber,
    classes: Classes,
    frames: Vec<Frame>,
    items: Vec<NodeId>,
    branches: Vec<NodeId>,
    run: Option<Run>,
}

/// Reads the whole text.
pub(super) fn parse(source: &Source) -> Result<Pattern, Fault> {
    let mut parser = Parser {
        cursor: Cursor::new(&source.text),
        pattern: Pattern {
            tree: Tree::default(),
            groups: vec![Group { outer: 0, name: None, node: None }],
            names: Names::default(),
            needs: Vec::new(),
            calls: Vec::new(),
            look_behinds: Vec::new(),
        },
        options: Options::default(),
        group: 0,
        classes: Classes::default(),
        frames: Vec::new(),
        items: Vec::new(),
        branches: Vec::new(),
        run: None,
    };
    parser.enter(Around::Plain, 0)?;
    loop {
        let start = parser.cursor.at;
        let Some(next) = parser.cursor.bump() else { break };
        parser.step(next, start)?;
    }
    parser.finish()
}

impl<'t> Parser<'t> {
    fn step(&mut self, next: char, start: usize) -> Result<(), Fault> {
        match next {
            '\\' => self.escape(start)?,
            '(' => self.open(start)?,
            ')' => self.close(start)?,
            '|' => self.branch(start),
            '[' => self.class(start)?,
            '^' | '$' => self.item(Kind::Anchor { at_end: false }, start),
            '*' | '+' | '?' => {
                let quantifier = quantifier::simple(&mut self.cursor, next);
                self.quantify(&quantifier, start)?;
            }
            '{' => match quantifier::interval(&mut self.cursor, start)? {
                Some(quantifier) => self.quantify(&quantifier, start)?,
                None => self.character(start),
            },
            '#' if self.options.extended => {
                let rest = self.cursor.rest();
                self.cursor.at += rest.find('\n').map_or(rest.len(), |at| at + 1);
            }
            ' ' | '\t' | '\n' | '\r' | '\x0C' if self.options.extended => {}
            _ => self.character(start),
        }
        Ok(())
    }

    /// Adds one character that starts at `start` and ends at the cursor.
    pub(super) fn character(&mut self, start: usize) {
        let end = self.cursor.at;
        let folding = self.options.ignore_case && may_fold(part(self.cursor.text, start..end));
        let run = self.run.get_or_insert(Run { start, end, last: start, count: 0, folding });
        run.end = end;
        run.last = start;
        run.count = run.count.saturating_add(1);
        run.folding |= folding;
    }

    /// Adds a node that starts at `start` and ends at the cursor.
    pub(super) fn item(&mut self, kind: Kind, start: usize) {
        self.end_run();
        self.push(kind, start..self.cursor.at);
    }

    fn push(&mut self, kind: Kind, place: Range<usize>) {
        let node = self.pattern.tree.add(kind, place);
        self.items.push(node);
    }

    fn end_run(&mut self) {
        if let Some(run) = self.run.take() {
            self.push(run.kind(run.count), run.start..run.end);
        }
    }

    fn class(&mut self, start: usize) -> Result<(), Fault> {
        let room = DEPTH_LIMIT - self.frames.len();
        self.classes.read(&mut self.cursor, room, DEPTH_LIMIT)?;
        self.character(start);
        Ok(())
    }

    /// Repeats the last item; of a run of characters that is the last of them.
    fn quantify(&mut self, quantifier: &Quantifier, start: usize) -> Result<(), Fault> {
        let Quantifier { low, high, possessive } = *quantifier;
        let outside = self.frames.last().map_or(0, |frame| frame.items);
        if self.run.is_none() && self.items.len() == outside {
            return Err(Fault::new(RegexErrorKind::NothingToRepeat, start..self.cursor.at));
        }
        // Once and no more is no repeat at all.
        if (low, high) == (1, Some(1)) {
            return Ok(());
        }
        if let Some(run) = self.run.take() {
            if run.count > 1 {
                self.push(run.kind(run.count - 1), run.start..run.last);
            }
            self.push(run.kind(1), run.last..run.end);
        }
        let Some(child) = self.items.pop() else { return Ok(()) };
        let place = self.pattern.tree.node(child).place().start..self.cursor.at;
        let repeat = Kind::Repeat { child, low, fixed: high == Some(low) };
        self.push(repeat, place.clone());
        if possessive {
            let child = self.items.pop().unwrap_or(child);
            self.push(Kind::Atomic(child), place);
        }
        Ok(())
    }

    /// Starts what is inside a group that opens at `open`.
    pub(super) fn enter(&mut self, around: Around, open: usize) -> Result<(), Fault> {
        if self.frames.len() == DEPTH_LIMIT {
            let kind = RegexErrorKind::TooDeep { limit: DEPTH_LIMIT };
            return Err(Fault::new(kind, open..self.cursor.at));
        }
        self.end_run();
        self.frames.push(Frame {
            around,
            open,
            options: self.options,
            outer: self.group,
            items: self.items.len(),
            branches: self.branches.len(),
            start: self.cursor.at,
        });
        Ok(())
    }

    /// Starts a capturing group that opens at `open`.
    pub(super) fn capture(&mut self, name: Option<&'t str>, open: usize) -> Result<(), Fault> {
        let number = u32::try_from(self.pattern.groups.len()).unwrap_or(u32::MAX);
        if number > GROUP_LIMIT {
            let kind = RegexErrorKind::TooManyGroups { limit: GROUP_LIMIT };
            return Err(Fault::new(kind, open..self.cursor.at));
        }
        self.enter(Around::Capture(number), open)?;
        let name = name.map(|name| self.pattern.names.open(name, number));
        self.pattern.groups.push(Group { outer: self.group, name, node: None });
        self.group = number;
        Ok(())
    }

    fn branch(&mut self, start: usize) {
        let branch = self.sequence(start);
        self.branches.push(branch);
        if let Some(frame) = self.frames.last_mut() {
            frame.start = self.cursor.at;
        }
    }

    /// Makes one node of the items since the branch started.
    fn sequence(&mut self, end: usize) -> NodeId {
        self.end_run();
        let (from, start) = self.frames.last().map_or((0, 0), |frame| (frame.items, frame.start));
        let tree = &mut self.pattern.tree;
        match self.items[from..] {
            [] => tree.add(Kind::Characters(0), start..end),
            [only] => {
                self.items.truncate(from);
                only
            }
            [..] => {
                let children = tree.link(self.items.drain(from..));
                tree.add(Kind::List(children), start..end)
            }
        }
    }

    /// Closes the group that the parenthesis at `start` is for.
    fn close(&mut self, start: usize) -> Result<(), Fault> {
        loop {
            if self.frames.len() == 1 {
                return Err(Fault::new(RegexErrorKind::UnopenedGroup, start..self.cursor.at));
            }
            if !matches!(self.leave(start)?, Around::OptionsToEnd) {
                return Ok(());
            }
        }
    }

    /// Makes an item of the innermost frame, whose content ends at `end`.
    fn leave(&mut self, end: usize) -> Result<Around, Fault> {
        let last = self.sequence(end);
        let Some(frame) = self.frames.pop() else { return Ok(Around::Plain) };
        let to_end = matches!(frame.around, Around::OptionsToEnd);
        let place = frame.open..if to_end { end } else { self.cursor.at };
        let tree = &mut self.pattern.tree;
        let mut branches = 1;
        let mut child = last;
        if self.branches.len() > frame.branches {
            self.branches.push(last);
            branches = self.branches.len() - frame.branches;
            let children = tree.link(self.branches.drain(frame.branches..));
            child = tree.add(Kind::Alternatives(children), place.clone());
        }
        self.options = frame.options;
        self.group = frame.outer;
        let node = match frame.around {
            Around::Plain => child,
            Around::Capture(number) => {
                let node = tree.add(Kind::Group(number, child), place);
                self.pattern.close_group(number, node);
                node
            }
            Around::Options | Around::OptionsToEnd => tree.add(Kind::Options(child), place),
            Around::Atomic => tree.add(Kind::Atomic(child), place),
            Around::Absent => tree.add(Kind::Absent(child), place),
            Around::Condition => self.pattern.condition(child, branches, place)?,
            Around::Look(look) => {
                let node = tree.add(Kind::Look(look, child), place);
                if look != Look::Ahead {
                    self.pattern.look_behinds.push(node);
                }
                node
            }
        };
        self.items.push(node);
        Ok(frame.around)
    }

    fn finish(mut self) -> Result<Pattern, Fault> {
        let end = self.cursor.at;
        while matches!(self.frames.last(), Some(Frame { around: Around::OptionsToEnd, .. })) {
            self.leave(end)?;
        }
        if let Some(frame) = self.frames.get(1..).and_then(<[Frame]>::last) {
            return Err(Fault::new(RegexErrorKind::UnclosedGroup, frame.open..frame.open + 1));
        }
        self.leave(end)?;
        if let Some(whole) = self.items.pop() {
            let node = self.pattern.tree.add(Kind::Group(0, whole), 0..end);
            self.pattern.close_group(0, node);
        }
        Ok(self.pattern)
    }
}

impl Pattern {
    /// Whether the group captures: once groups have names, the others only group.
    pub(super) fn captures(&self, number: GroupNumber) -> bool {
        let group = self.groups.get(number as usize);
        number == 0 || self.names.is_empty() || group.is_some_and(|group| group.name.is_some())
    }

    fn close_group(&mut self, number: GroupNumber, node: NodeId) {
        if let Some(group) = self.groups.get_mut(number as usize) {
            group.node = Some(node);
            if let Some(name) = group.name {
                self.names.close(name);
            }
        }
    }

    /// A condition has a branch for yes and one for no.
    ///
    /// Alternatives that are its only content count as its branches, however they are wrapped.
    fn condition(&mut self, child: NodeId, branches: usize, place: Range<usize>) -> Result<NodeId, Fault> {
        let child = match self.tree.node(child).kind {
            Kind::Alternatives(children) => {
                let count = branches.max(self.tree.children(children).len());
                if count > 2 {
                    return Err(Fault::new(RegexErrorKind::ConditionBranches { count }, place));
                }
                child
            }
            _ => {
                let no = self.tree.add(Kind::Characters(0), place.end..place.end);
                let children = self.tree.link([child, no]);
                self.tree.add(Kind::Alternatives(children), place.clone())
            }
        };
        Ok(self.tree.add(Kind::Condition(child), place))
    }
}
