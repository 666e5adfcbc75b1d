//! Finds groups that would call themselves without end.
//!
//! This follows Onigmo step by step, what it overlooks included; where that
//! takes too much work or too deep a path, the pattern is taken for right.

use super::error::{Fault, RegexErrorKind};
use super::parser::Pattern;
use super::recursion::Recursion;
use super::tree::{GroupNumber, Kind, NodeId, Referred};

/// How deep a path of nodes is followed.
const DEPTH_LIMIT: u32 = 500;

/// How the way through a node leads back to the group it is followed from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Returns {
    /// There is a way through that does not.
    Never,
    /// Every way through does, after it took some text.
    Always,
    /// One does without having taken any text.
    AtOnce,
}

/// The walk takes too much work or goes too deep.
struct GaveUp;

/// Refuses a group that gets back to itself on every way through, or without taking any text.
pub(super) fn check(pattern: &Pattern, called: &[GroupNumber], recursion: &Recursion) -> Result<(), Fault> {
    let mut walk = Walk {
        pattern,
        called,
        recursion,
        origin: 0,
        on_way: vec![false; pattern.groups.len()],
        measuring: vec![false; pattern.groups.len()],
        consumes: vec![None; pattern.groups.len()],
        work: 1_000_000 + 64 * pattern.tree.len(),
    };
    for (number, group) in (0..).zip(&pattern.groups) {
        let Some(node) = group.node.filter(|_| recursion.groups[number as usize]) else { continue };
        let node = pattern.tree.node(node);
        let Kind::Group(_, child) = node.kind else { continue };
        walk.origin = number;
        if matches!(walk.returns(child, true, 0), Ok(Returns::Always | Returns::AtOnce)) {
            return Err(Fault::new(RegexErrorKind::EndlessRecursion, node.place()));
        }
    }
    Ok(())
}

struct Walk<'p> {
    pattern: &'p Pattern,
    called: &'p [GroupNumber],
    recursion: &'p Recursion,
    /// The group that is looked for.
    origin: GroupNumber,
    /// By group: whether the path leads through it already.
    on_way: Vec<bool>,
    /// By group: whether its own measure is being taken.
    measuring: Vec<bool>,
    /// By group: whether it matches no empty text, as far as that was found out.
    consumes: Vec<Option<bool>>,
    work: usize,
}

impl Walk<'_> {
    fn spend(&mut self, depth: u32) -> Result<(), GaveUp> {
        self.work = self.work.checked_sub(1).filter(|_| depth < DEPTH_LIMIT).ok_or(GaveUp)?;
        Ok(())
    }

    fn group_node(&self, group: GroupNumber) -> Result<NodeId, GaveUp> {
        self.pattern.groups.get(group as usize).and_then(|group| group.node).ok_or(GaveUp)
    }

    /// `head` is whether no text was taken so far.
    fn returns(&mut self, id: NodeId, mut head: bool, depth: u32) -> Result<Returns, GaveUp> {
        self.spend(depth)?;
        let pattern = self.pattern;
        let node = pattern.tree.node(id);
        if !node.dynamic {
            return Ok(Returns::Never);
        }
        let depth = depth + 1;
        match node.kind {
            Kind::Characters(_)
            | Kind::Folding
            | Kind::Cluster
            | Kind::Anchor { .. }
            | Kind::Backreference(_) => Ok(Returns::Never),
            Kind::Call(call) => {
                let target = self.group_node(self.called[call as usize])?;
                self.returns(target, head, depth)
            }
            Kind::List(children) => {
                let mut most = Returns::Never;
                for &child in pattern.tree.children(children) {
                    most = most.max(self.returns(child, head, depth)?);
                    if most == Returns::AtOnce {
                        break;
                    }
                    head = head && !self.consumes(child, depth)?;
                }
                Ok(most)
            }
            Kind::Alternatives(children) => {
                let mut least = Returns::Always;
                for &child in pattern.tree.children(children) {
                    match self.returns(child, head, depth)? {
                        Returns::AtOnce => return Ok(Returns::AtOnce),
                        returns => least = least.min(returns),
                    }
                }
                Ok(least)
            }
            Kind::Repeat { child, low, .. } => {
                let returns = self.returns(child, head, depth)?;
                let skipped = low == 0 && returns == Returns::Always;
                Ok(if skipped { Returns::Never } else { returns })
            }
            Kind::Options(child)
            | Kind::Atomic(child)
            | Kind::Condition(child)
            | Kind::Absent(child)
            | Kind::Look(_, child) => self.returns(child, head, depth),
            Kind::Group(number, child) => self.group_returns(number, child, head, depth),
        }
    }

    fn group_returns(
        &mut self,
        number: GroupNumber,
        child: NodeId,
        head: bool,
        depth: u32,
    ) -> Result<Returns, GaveUp> {
        if number == self.origin {
            return Ok(if head { Returns::AtOnce } else { Returns::Always });
        }
        let index = number as usize;
        if self.on_way[index] {
            return Ok(Returns::Never);
        }
        self.on_way[index] = true;
        let returns = self.returns(child, head, depth);
        self.on_way[index] = false;
        returns
    }

    /// Whether the node matches no empty text, as far as Onigmo can tell at this point.
    fn consumes(&mut self, id: NodeId, depth: u32) -> Result<bool, GaveUp> {
        self.spend(depth)?;
        let pattern = self.pattern;
        let node = pattern.tree.node(id);
        if !node.dynamic {
            return Ok(node.consumes);
        }
        let depth = depth + 1;
        match node.kind {
            Kind::Call(call) => {
                let target = self.called[call as usize];
                if self.recursion.calls[call as usize] {
                    return Ok(self.consumes[target as usize].unwrap_or(false));
                }
                let target = self.group_node(target)?;
                self.consumes(target, depth)
            }
            Kind::Backreference(referred) => self.reference_consumes(referred, depth),
            Kind::List(children) => {
                let mut any = false;
                for &child in pattern.tree.children(children) {
                    any |= self.consumes(child, depth)?;
                }
                Ok(any)
            }
            Kind::Alternatives(children) => {
                let mut all = true;
                for &child in pattern.tree.children(children) {
                    all &= self.consumes(child, depth)?;
                }
                Ok(all)
            }
            Kind::Repeat { low: 0, .. } => Ok(false),
            Kind::Repeat { child, .. }
            | Kind::Options(child)
            | Kind::Atomic(child)
            | Kind::Condition(child) => self.consumes(child, depth),
            Kind::Group(number, child) => self.group_consumes(number, child, depth),
            Kind::Characters(_)
            | Kind::Folding
            | Kind::Cluster
            | Kind::Anchor { .. }
            | Kind::Absent(_)
            | Kind::Look(..) => Ok(node.consumes),
        }
    }

    /// A measure once taken is kept, even if a group around it was not measured yet.
    fn group_consumes(&mut self, number: GroupNumber, child: NodeId, depth: u32) -> Result<bool, GaveUp> {
        if !self.pattern.captures(number) {
            return self.consumes(child, depth);
        }
        let index = number as usize;
        if let Some(known) = self.consumes[index] {
            return Ok(known);
        }
        if self.measuring[index] || number == self.origin {
            return Ok(false);
        }
        self.measuring[index] = true;
        let consumes = self.consumes(child, depth);
        self.measuring[index] = false;
        self.consumes[index] = consumes.as_ref().ok().copied();
        consumes
    }

    fn reference_consumes(&mut self, referred: Referred, depth: u32) -> Result<bool, GaveUp> {
        let pattern = self.pattern;
        match referred {
            Referred::Open => Ok(false),
            Referred::Number(number) => {
                let target = self.group_node(number)?;
                self.consumes(target, depth)
            }
            Referred::Name { name, count } => {
                let mut all = true;
                for &group in pattern.names.groups(name as usize).iter().take(count as usize) {
                    let target = self.group_node(group)?;
                    all &= self.consumes(target, depth)?;
                }
                Ok(all)
            }
        }
    }
}
