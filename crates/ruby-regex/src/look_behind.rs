//! What a look-behind may contain, and how wide it is.
//!
//! After `get_char_length_tree`, `check_type_tree` and `setup_look_behind` in
//! <https://github.com/k-takata/Onigmo/blob/master/regcomp.c>.

use crate::error::{Fault, RegexErrorKind};
use crate::pattern::Pattern;
use crate::recursion::Recursion;
use crate::tree::{Children, GroupNumber, Look, NodeId, NodeKind};

/// How deep forward calls are followed.
const DEPTH_LIMIT: u32 = 500;

/// How many characters a node matches.
#[derive(Clone, Copy)]
enum Width {
    /// As a C `int`, which may have overflown.
    Fixed(i32),
    /// Sometimes more, sometimes less; this node is to blame.
    Varies(NodeId),
    /// Too deep or too intricate to tell.
    Unknown,
}

/// Refuses look-behinds that hold what Ruby cannot match backwards.
pub(crate) fn check(pattern: &Pattern, called: &[GroupNumber], recursion: &Recursion) -> Result<(), Fault> {
    if pattern.look_behinds.is_empty() {
        return Ok(());
    }
    let banned = banned(pattern);
    let mut widths = Widths { pattern, called, recursion, known: vec![None; pattern.tree.len()] };
    // Parts come before what they are part of, so only calls of later groups go deep.
    for id in 0..=pattern.look_behinds.iter().copied().max().unwrap_or(0) {
        widths.width(id, 0);
    }
    let fault = |kind, id: NodeId| {
        let node = pattern.tree.node(id);
        Err(Fault::new(kind, node.place()))
    };
    for &id in &pattern.look_behinds {
        let NodeKind::Look(look, child) = pattern.tree.node(id).kind else { continue };
        if let Some(banned) = banned[child as usize].inside(look) {
            return fault(RegexErrorKind::LookBehindContent, banned);
        }
        if let Some(varying) = widths.varying(child) {
            return fault(RegexErrorKind::LookBehindWidth, varying);
        }
    }
    Ok(())
}

/// The first part of a node that is banned from look-behinds.
#[derive(Clone, Copy, Default)]
struct Banned {
    behind: Option<NodeId>,
    /// Groups that capture are banned as well.
    not_behind: Option<NodeId>,
}

impl Banned {
    fn everywhere(id: NodeId) -> Self {
        Self { behind: Some(id), not_behind: Some(id) }
    }

    fn or(self, other: Self) -> Self {
        Self { behind: self.behind.or(other.behind), not_behind: self.not_behind.or(other.not_behind) }
    }

    fn inside(self, look: Look) -> Option<NodeId> {
        if look == Look::NotBehind { self.not_behind } else { self.behind }
    }
}

/// By node, what is banned in it; the groups that it calls do not count.
fn banned(pattern: &Pattern) -> Vec<Banned> {
    let tree = &pattern.tree;
    let mut found: Vec<Banned> = Vec::with_capacity(tree.len());
    for id in (0..).take(tree.len()) {
        let of = |child: NodeId| found[child as usize];
        let banned = match tree.node(id).kind {
            NodeKind::Characters(_)
            | NodeKind::Folding
            | NodeKind::Call(_)
            | NodeKind::Anchor { at_end: false } => Banned::default(),
            NodeKind::Cluster
            | NodeKind::Anchor { at_end: true }
            | NodeKind::Backreference(_)
            | NodeKind::Atomic(_)
            | NodeKind::Condition(_)
            | NodeKind::Absent(_)
            | NodeKind::Look(Look::Ahead, _) => Banned::everywhere(id),
            NodeKind::List(children) | NodeKind::Alternatives(children) => {
                tree.children(children).iter().fold(Banned::default(), |banned, &child| banned.or(of(child)))
            }
            NodeKind::Repeat { child, .. } | NodeKind::Options(child) | NodeKind::Look(_, child) => of(child),
            NodeKind::Group(number, child) if pattern.captures(number) => {
                Banned { not_behind: Some(id), ..of(child) }
            }
            NodeKind::Group(_, child) => of(child),
        };
        found.push(banned);
    }
    found
}

struct Widths<'p> {
    pattern: &'p Pattern,
    called: &'p [GroupNumber],
    recursion: &'p Recursion,
    known: Vec<Option<Width>>,
}

impl Widths<'_> {
    /// The part of a look-behind's content that has no fixed width.
    ///
    /// Only alternatives right inside may differ from each other.
    fn varying(&mut self, content: NodeId) -> Option<NodeId> {
        let tree = &self.pattern.tree;
        let mut content = content;
        while let NodeKind::Group(number, child) = tree.node(content).kind
            && !self.pattern.captures(number)
        {
            content = child;
        }
        let branches = match tree.node(content).kind {
            NodeKind::Alternatives(children) => tree.children(children),
            _ => &[content],
        };
        branches.iter().find_map(|&branch| match self.width(branch, 0) {
            Width::Varies(part) => Some(part),
            Width::Fixed(_) | Width::Unknown => None,
        })
    }

    fn width(&mut self, id: NodeId, depth: u32) -> Width {
        if let Some(known) = self.known[id as usize] {
            return known;
        }
        if depth == DEPTH_LIMIT {
            return Width::Unknown;
        }
        let width = self.measure(id, depth + 1);
        self.known[id as usize] = Some(width);
        width
    }

    /// Joins the widths of children, as long as they can be joined.
    ///
    /// What varies makes the whole vary, whatever the others are.
    fn fold(
        &mut self,
        id: NodeId,
        children: Children,
        depth: u32,
        join: impl Fn(Option<i32>, i32) -> Option<i32>,
    ) -> Width {
        let pattern = self.pattern;
        let mut joined = None;
        let mut unknown = false;
        let mut fits = true;
        for &child in pattern.tree.children(children) {
            match self.width(child, depth) {
                Width::Fixed(width) if fits => {
                    let next = join(joined, width);
                    fits = next.is_some();
                    joined = next;
                }
                Width::Fixed(_) => {}
                Width::Unknown => unknown = true,
                varies @ Width::Varies(_) => return varies,
            }
        }
        match joined {
            _ if !fits => Width::Varies(id),
            _ if unknown => Width::Unknown,
            width => Width::Fixed(width.unwrap_or(0)),
        }
    }

    fn measure(&mut self, id: NodeId, depth: u32) -> Width {
        let pattern = self.pattern;
        match pattern.tree.node(id).kind {
            NodeKind::Characters(count) => Width::Fixed(int(count.into())),
            NodeKind::Folding => Width::Unknown,
            NodeKind::Anchor { .. } | NodeKind::Look(..) | NodeKind::Absent(_) => Width::Fixed(0),
            NodeKind::Cluster | NodeKind::Backreference(_) => Width::Varies(id),
            NodeKind::Call(call) if self.recursion.calls[call as usize] => Width::Varies(id),
            NodeKind::Call(call) => {
                let group = self.called[call as usize] as usize;
                match pattern.groups.get(group).and_then(|group| group.node) {
                    Some(target) => self.width(target, depth),
                    None => Width::Unknown,
                }
            }
            NodeKind::List(children) => {
                let add = |sum, width| int(distance(sum).saturating_add(distance(width)));
                self.fold(id, children, depth, |sum, width| Some(add(sum.unwrap_or(0), width)))
            }
            NodeKind::Alternatives(children) => self.fold(id, children, depth, |common, width| {
                (common.unwrap_or(width) == width).then_some(width)
            }),
            NodeKind::Repeat { fixed: false, .. } => Width::Varies(id),
            NodeKind::Repeat { child, low, .. } => match self.width(child, depth) {
                Width::Fixed(width) => Width::Fixed(int(distance(width).saturating_mul(low.into()))),
                other => other,
            },
            NodeKind::Group(_, child)
            | NodeKind::Options(child)
            | NodeKind::Atomic(child)
            | NodeKind::Condition(child) => self.width(child, depth),
        }
    }
}

/// Onigmo keeps widths in C `int`s, but computes with them as unsigned and saturating.
#[expect(clippy::cast_sign_loss, reason = "this is how the width is converted there")]
fn distance(width: i32) -> u64 {
    i64::from(width) as u64
}

/// The conversion back, which cuts off what does not fit.
#[expect(clippy::cast_possible_truncation, reason = "this is how the width is converted there")]
fn int(distance: u64) -> i32 {
    distance as i32
}
