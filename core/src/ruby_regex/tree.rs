//! What a pattern is made of, once its grammar is known to be right.

use std::ops::Range;

/// An index into [`Tree`]; parts always have smaller ones than the whole.
pub(super) type NodeId = u32;

/// A capturing group by its number; `0` is the whole pattern.
pub(super) type GroupNumber = u32;

/// One node of a pattern.
pub(super) enum Kind {
    /// So many characters, one after the other.
    Characters(u32),
    /// Characters whose number changes when case is folded, as `ß` becomes `ss`.
    Folding,
    /// `\R` and `\X`: one or more characters, never given back.
    Cluster,
    /// An assertion without content, such as `^` or `\b`.
    Anchor {
        /// Whether it looks at the end of the subject: `\z` and `\Z`.
        at_end: bool,
    },
    /// A backreference to any of these groups.
    Backreference(Referred),
    /// A call, as an index into the list of calls.
    Call(u32),
    List(Children),
    Alternatives(Children),
    Repeat {
        child: NodeId,
        low: u32,
        /// Whether it repeats exactly `low` times.
        fixed: bool,
    },
    Group(GroupNumber, NodeId),
    /// A scope of options.
    Options(NodeId),
    /// `(?>…)`, or a possessive repeat.
    Atomic(NodeId),
    Condition(NodeId),
    Absent(NodeId),
    Look(Look, NodeId),
}

/// The way an assertion with content looks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// `(?=…)` and `(?!…)`.
    Ahead,
    /// `(?<=…)`.
    Behind,
    /// `(?<!…)`.
    NotBehind,
}

/// The groups that a backreference may stand for.
#[derive(Clone, Copy)]
pub(super) enum Referred {
    /// One group that is still open, so that nothing is known of its width.
    Open,
    /// A group by its number.
    Number(GroupNumber),
    /// The first `count` groups that bear the name of this index.
    Name { name: u32, count: u32 },
}

/// A stretch of [`Tree::links`].
#[derive(Clone, Copy)]
pub(super) struct Children {
    start: u32,
    end: u32,
}

pub(super) struct Node {
    pub(super) kind: Kind,
    /// The part of the text, as byte offsets: a long pattern has a node for each of its bytes.
    start: u32,
    end: u32,
    /// Whether a call or backreference is inside, so that `consumes` says nothing.
    pub(super) dynamic: bool,
    /// Whether it matches no empty text.
    pub(super) consumes: bool,
}

impl Node {
    /// The part of the text, as byte offsets.
    pub(super) fn place(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// All nodes of a pattern.
#[derive(Default)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    links: Vec<NodeId>,
}

impl Tree {
    /// Adds a node that covers `place` of the text.
    pub(super) fn add(&mut self, kind: Kind, place: Range<usize>) -> NodeId {
        let (dynamic, consumes) = self.nature(&kind);
        self.nodes.push(Node { kind, start: index(place.start), end: index(place.end), dynamic, consumes });
        index(self.nodes.len() - 1)
    }

    /// Adds a list of nodes for others to have as children.
    pub(super) fn link(&mut self, nodes: impl IntoIterator<Item = NodeId>) -> Children {
        let start = index(self.links.len());
        self.links.extend(nodes);
        Children { start, end: index(self.links.len()) }
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id as usize]
    }

    pub(super) fn children(&self, children: Children) -> &[NodeId] {
        &self.links[children.start as usize..children.end as usize]
    }

    fn nature(&self, kind: &Kind) -> (bool, bool) {
        let of = |&id: &NodeId| (self.node(id).dynamic, self.node(id).consumes);
        match kind {
            Kind::Characters(count) => (false, *count > 0),
            Kind::Folding | Kind::Cluster => (false, true),
            Kind::Anchor { .. } => (false, false),
            Kind::Backreference(_) | Kind::Call(_) => (true, false),
            Kind::List(children) => {
                let natures = self.children(*children).iter().map(of);
                natures.fold((false, false), |a, b| (a.0 | b.0, a.1 | b.1))
            }
            Kind::Alternatives(children) => {
                let natures = self.children(*children).iter().map(of);
                natures.fold((false, true), |a, b| (a.0 | b.0, a.1 & b.1))
            }
            Kind::Repeat { child, low, .. } => (of(child).0, of(child).1 && *low > 0),
            Kind::Group(_, child) | Kind::Options(child) | Kind::Atomic(child) | Kind::Condition(child) => {
                of(child)
            }
            Kind::Absent(child) | Kind::Look(_, child) => (of(child).0, false),
        }
    }
}

/// An index that is known to be small: no pattern has four thousand million parts.
pub(super) fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
