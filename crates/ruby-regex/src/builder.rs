//! Builds the tree of a pattern from what the parser reads, without recursion.

use crate::cursor::slice_or_empty;
use crate::error::{Fault, RegexErrorKind};
use crate::pattern::{Group, Names, Pattern};
use crate::token::Quantifier;
use crate::tree::{GroupNumber, Look, NodeId, NodeKind, Tree};
use std::ops::Range;

/// How deep groups and classes nest at most, the whole pattern counted.
pub(crate) const DEPTH_LIMIT: usize = 4096;

/// The most capturing groups that a pattern may have.
const GROUP_LIMIT: u32 = 32_767;

/// What is around the part being read.
pub(crate) enum GroupKind {
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
    around: GroupKind,
    open: usize,
    /// The options outside.
    options: GroupOptions,
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
pub(crate) struct GroupOptions {
    /// Whether whitespace is skipped and `#` starts a comment.
    pub(crate) extended: bool,
    pub(crate) ignore_case: bool,
}

/// Characters that stand side by side.
struct CharacterRun {
    start: usize,
    end: usize,
    last: usize,
    count: u32,
    folding: bool,
}

impl CharacterRun {
    fn kind(&self, count: u32) -> NodeKind {
        if self.folding { NodeKind::Folding } else { NodeKind::Characters(count) }
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

/// A tree in the making. Places are byte ranges of the text.
pub(crate) struct Builder<'t> {
    text: &'t str,
    pub(crate) pattern: Pattern,
    pub(crate) options: GroupOptions,
    /// The innermost capturing group.
    pub(crate) group: GroupNumber,
    frames: Vec<Frame>,
    items: Vec<NodeId>,
    branches: Vec<NodeId>,
    run: Option<CharacterRun>,
}

impl<'t> Builder<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        let frame = Frame {
            around: GroupKind::Plain,
            open: 0,
            options: GroupOptions::default(),
            outer: 0,
            items: 0,
            branches: 0,
            start: 0,
        };
        Self {
            text,
            pattern: Pattern {
                tree: Tree::default(),
                groups: vec![Group { outer: 0, name: None, node: None }],
                names: Names::default(),
                number_references: Vec::new(),
                calls: Vec::new(),
                look_behinds: Vec::new(),
            },
            options: GroupOptions::default(),
            group: 0,
            frames: vec![frame],
            items: Vec::new(),
            branches: Vec::new(),
            run: None,
        }
    }

    /// How many more classes may be open here.
    pub(crate) fn room(&self) -> usize {
        DEPTH_LIMIT - self.frames.len()
    }

    /// Adds one character, or a class.
    pub(crate) fn character(&mut self, place: Range<usize>) {
        let Range { start, end } = place;
        let folding = self.options.ignore_case && may_fold(slice_or_empty(self.text, start..end));
        let run = self.run.get_or_insert(CharacterRun { start, end, last: start, count: 0, folding });
        run.end = end;
        run.last = start;
        run.count = run.count.saturating_add(1);
        run.folding |= folding;
    }

    /// Adds a node.
    pub(crate) fn item(&mut self, kind: NodeKind, place: Range<usize>) {
        self.end_run();
        self.push(kind, place);
    }

    fn push(&mut self, kind: NodeKind, place: Range<usize>) {
        let node = self.pattern.tree.add(kind, place);
        self.items.push(node);
    }

    fn end_run(&mut self) {
        if let Some(run) = self.run.take() {
            self.push(run.kind(run.count), run.start..run.end);
        }
    }

    /// Repeats the last item; of a run of characters that is the last of them.
    pub(crate) fn quantify(&mut self, quantifier: &Quantifier, sign: Range<usize>) -> Result<(), Fault> {
        let Quantifier { low, high, possessive } = *quantifier;
        let outside = self.frames.last().map_or(0, |frame| frame.items);
        if self.run.is_none() && self.items.len() == outside {
            return Err(Fault::new(RegexErrorKind::NothingToRepeat, sign));
        }
        // Exactly once is not a repeat.
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
        let place = self.pattern.tree.node(child).place().start..sign.end;
        let repeat = NodeKind::Repeat { child, low, fixed: high == Some(low) };
        self.push(repeat, place.clone());
        if possessive {
            let child = self.items.pop().unwrap_or(child);
            self.push(NodeKind::Atomic(child), place);
        }
        Ok(())
    }

    /// Starts what is inside a group, behind its head.
    pub(crate) fn enter(&mut self, around: GroupKind, head: Range<usize>) -> Result<(), Fault> {
        if self.frames.len() == DEPTH_LIMIT {
            let kind = RegexErrorKind::TooDeep { limit: DEPTH_LIMIT };
            return Err(Fault::new(kind, head));
        }
        self.end_run();
        self.frames.push(Frame {
            around,
            open: head.start,
            options: self.options,
            outer: self.group,
            items: self.items.len(),
            branches: self.branches.len(),
            start: head.end,
        });
        Ok(())
    }

    /// Starts a capturing group, behind its head.
    pub(crate) fn capture(&mut self, name: Option<&str>, head: Range<usize>) -> Result<(), Fault> {
        let number = u32::try_from(self.pattern.groups.len()).unwrap_or(u32::MAX);
        if number > GROUP_LIMIT {
            let kind = RegexErrorKind::TooManyGroups { limit: GROUP_LIMIT };
            return Err(Fault::new(kind, head));
        }
        self.enter(GroupKind::Capture(number), head)?;
        let name = name.map(|name| self.pattern.names.open(name, number));
        self.pattern.groups.push(Group { outer: self.group, name, node: None });
        self.group = number;
        Ok(())
    }

    /// Ends a branch at a `|`.
    pub(crate) fn branch(&mut self, bar: Range<usize>) {
        let branch = self.sequence(bar.start);
        self.branches.push(branch);
        if let Some(frame) = self.frames.last_mut() {
            frame.start = bar.end;
        }
    }

    /// Makes one node of the items since the branch started.
    fn sequence(&mut self, end: usize) -> NodeId {
        self.end_run();
        let (from, start) = self.frames.last().map_or((0, 0), |frame| (frame.items, frame.start));
        let tree = &mut self.pattern.tree;
        match self.items[from..] {
            [] => tree.add(NodeKind::Characters(0), start..end),
            [only] => {
                self.items.truncate(from);
                only
            }
            [..] => {
                let children = tree.link(self.items.drain(from..));
                tree.add(NodeKind::List(children), start..end)
            }
        }
    }

    /// Closes the group that a parenthesis is for.
    pub(crate) fn close(&mut self, parenthesis: Range<usize>) -> Result<(), Fault> {
        loop {
            if self.frames.len() == 1 {
                return Err(Fault::new(RegexErrorKind::UnopenedGroup, parenthesis));
            }
            if !matches!(self.leave(&parenthesis)?, GroupKind::OptionsToEnd) {
                return Ok(());
            }
        }
    }

    /// Makes an item of the innermost frame, which this parenthesis ends.
    fn leave(&mut self, parenthesis: &Range<usize>) -> Result<GroupKind, Fault> {
        let last = self.sequence(parenthesis.start);
        let Some(frame) = self.frames.pop() else { return Ok(GroupKind::Plain) };
        let to_end = matches!(frame.around, GroupKind::OptionsToEnd);
        let place = frame.open..if to_end { parenthesis.start } else { parenthesis.end };
        let tree = &mut self.pattern.tree;
        let mut branches = 1;
        let mut child = last;
        if self.branches.len() > frame.branches {
            self.branches.push(last);
            branches = self.branches.len() - frame.branches;
            let children = tree.link(self.branches.drain(frame.branches..));
            child = tree.add(NodeKind::Alternatives(children), place.clone());
        }
        self.options = frame.options;
        self.group = frame.outer;
        let node = match frame.around {
            GroupKind::Plain => child,
            GroupKind::Capture(number) => {
                let node = tree.add(NodeKind::Group(number, child), place);
                self.pattern.close_group(number, node);
                node
            }
            GroupKind::Options | GroupKind::OptionsToEnd => tree.add(NodeKind::Options(child), place),
            GroupKind::Atomic => tree.add(NodeKind::Atomic(child), place),
            GroupKind::Absent => tree.add(NodeKind::Absent(child), place),
            GroupKind::Condition => self.pattern.condition(child, branches, place)?,
            GroupKind::Look(look) => {
                let node = tree.add(NodeKind::Look(look, child), place);
                if look != Look::Ahead {
                    self.pattern.look_behinds.push(node);
                }
                node
            }
        };
        self.items.push(node);
        Ok(frame.around)
    }

    /// The whole pattern, whose text ends here.
    pub(crate) fn finish(mut self) -> Result<Pattern, Fault> {
        let end = self.text.len();
        while matches!(self.frames.last(), Some(Frame { around: GroupKind::OptionsToEnd, .. })) {
            self.leave(&(end..end))?;
        }
        if let Some(frame) = self.frames.get(1..).and_then(<[Frame]>::last) {
            return Err(Fault::new(RegexErrorKind::UnclosedGroup, frame.open..frame.open + 1));
        }
        self.leave(&(end..end))?;
        if let Some(whole) = self.items.pop() {
            let node = self.pattern.tree.add(NodeKind::Group(0, whole), 0..end);
            self.pattern.close_group(0, node);
        }
        Ok(self.pattern)
    }
}
