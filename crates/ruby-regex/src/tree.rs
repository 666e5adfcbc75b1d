//! What a pattern is made of, once its grammar is known to be right.

use std::ops::Range;

/// An index into [`Tree`]; parts always have smaller ones than the whole.
pub(crate) type NodeId = u32;

/// A capturing group by its number; `0` is the whole pattern.
pub(crate) type GroupNumber = u32;

/// One node of a pattern.
pub(crate) enum NodeKind {
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
pub(crate) enum Look {
    /// `(?=…)` and `(?!…)`.
    Ahead,
    /// `(?<=…)`.
    Behind,
    /// `(?<!…)`.
    NotBehind,
}

/// The groups that a backreference may stand for.
#[derive(Clone, Copy)]
pub(crate) enum Referred {
    /// One group that is still open, so that nothing is known of its width.
    Open,
    /// A group by its number.
    Number(GroupNumber),
    /// The first `count` groups that bear the name of this index.
    Name { name: u32, count: u32 },
}

/// A stretch of [`Tree::links`].
#[derive(Clone, Copy)]
pub(crate) struct Children {
    start: u32,
    end: u32,
}

pub(crate) struct Node {
    pub(crate) kind: NodeKind,
    /// The part of the text, as byte offsets: a long pattern has a node for each of its bytes.
    start: u32,
    end: u32,
    /// Whether a call or backreference is inside, so that `consumes` says nothing.
    pub(crate) dynamic: bool,
    /// Whether it matches no empty text.
    pub(crate) consumes: bool,
}

impl Node {
    /// The part of the text, as byte offsets.
    pub(crate) fn place(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// All nodes of a pattern.
#[derive(Default)]
pub(crate) struct Tree {
    nodes: Vec<Node>,
    links: Vec<NodeId>,
}

impl Tree {
    /// Adds a node that covers `place` of the text.
    pub(crate) fn add(&mut self, kind: NodeKind, place: Range<usize>) -> NodeId {
        let (dynamic, consumes) = self.nature(&kind);
        self.nodes.push(Node { kind, start: index(place.start), end: index(place.end), dynamic, consumes });
        index(self.nodes.len() - 1)
    }

    /// Adds a list of nodes for others to have as children.
    pub(crate) fn link(&mut self, nodes: impl IntoIterator<Item = NodeId>) -> Children {
        let start = index(self.links.len());
        self.links.extend(nodes);
        Children { start, end: index(self.links.len()) }
    }

    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(crate) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id as usize]
    }

    pub(crate) fn children(&self, children: Children) -> &[NodeId] {
        &self.links[children.start as usize..children.end as usize]
    }

    fn nature_of(&self, id: NodeId) -> (bool, bool) {
        (self.node(id).dynamic, self.node(id).consumes)
    }

    fn nature(&self, kind: &NodeKind) -> (bool, bool) {
        match kind {
            NodeKind::Characters(count) => (false, *count > 0),
            NodeKind::Folding | NodeKind::Cluster => (false, true),
            NodeKind::Anchor { .. } => (false, false),
            NodeKind::Backreference(_) | NodeKind::Call(_) => (true, false),
            NodeKind::List(children) => {
                let natures = self.children(*children).iter().map(|id| self.nature_of(*id));
                natures.fold((false, false), |a, b| (a.0 | b.0, a.1 | b.1))
            }
            NodeKind::Alternatives(children) => {
                let natures = self.children(*children).iter().map(|id| self.nature_of(*id));
                natures.fold((false, true), |a, b| (a.0 | b.0, a.1 & b.1))
            }
            NodeKind::Repeat { child, low, .. } => {
                (self.nature_of(*child).0, self.nature_of(*child).1 && *low > 0)
            }
            NodeKind::Group(_, child)
            | NodeKind::Options(child)
            | NodeKind::Atomic(child)
            | NodeKind::Condition(child) => self.nature_of(*child),
            NodeKind::Absent(child) | NodeKind::Look(_, child) => (self.nature_of(*child).0, false),
        }
    }
}

/// An index that is known to be small: no pattern has four thousand million parts.
pub(crate) fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
