//! Groups that call themselves, directly or through others, and which of them would never end.
//!
//! The second half follows `subexp_inf_recursive_check` and `get_min_match_length` of
//! <https://github.com/k-takata/Onigmo/blob/master/regcomp.c> step by step, what they overlook included; where that
//! takes too much work or too deep a path, the pattern is accepted.

use crate::error::{Fault, RegexErrorKind};
use crate::pattern::Pattern;
use crate::tree::{GroupNumber, NodeId, NodeKind, Referred};

/// Which groups and calls lead back to themselves.
pub(crate) struct Recursion {
    /// By group: whether it is called and leads back to itself.
    pub(crate) groups: Vec<bool>,
    /// By call.
    pub(crate) calls: Vec<bool>,
}

/// Finds the loops among groups; one leads to the groups inside it and to those it calls.
pub(crate) fn find_recursion(pattern: &Pattern, called: &[GroupNumber]) -> Recursion {
    let mut leads = vec![Vec::new(); pattern.groups.len()];
    for (number, group) in (0..).zip(&pattern.groups).skip(1) {
        leads[group.outer as usize].push(number);
    }
    for (call, &target) in pattern.calls.iter().zip(called) {
        leads[call.from as usize].push(target);
    }
    let loops = components(&leads);
    let together = |a: GroupNumber, b: GroupNumber| loops[a as usize] == loops[b as usize];
    let calls: Vec<bool> =
        pattern.calls.iter().zip(called).map(|(call, &to)| together(call.from, to)).collect();
    let mut groups = vec![false; pattern.groups.len()];
    for (&target, &recursive) in called.iter().zip(&calls) {
        groups[target as usize] |= recursive;
    }
    Recursion { groups, calls }
}

/// Numbers the strongly connected components (after Tarjan, with a stack of its own).
fn components(leads: &[Vec<GroupNumber>]) -> Vec<u32> {
    const UNSEEN: u32 = u32::MAX;
    let mut order = vec![UNSEEN; leads.len()];
    let mut low = vec![UNSEEN; leads.len()];
    let mut component = vec![UNSEEN; leads.len()];
    let mut seen = 0;
    let mut open: Vec<usize> = Vec::new();
    for root in 0..leads.len() {
        let mut path = if order[root] == UNSEEN { vec![(root, 0)] } else { Vec::new() };
        while let Some(&mut (vertex, ref mut next)) = path.last_mut() {
            if *next == 0 && order[vertex] == UNSEEN {
                order[vertex] = seen;
                low[vertex] = seen;
                seen += 1;
                open.push(vertex);
            }
            if let Some(&to) = leads[vertex].get(*next) {
                *next += 1;
                let to = to as usize;
                if order[to] == UNSEEN {
                    path.push((to, 0));
                } else if component[to] == UNSEEN {
                    low[vertex] = low[vertex].min(order[to]);
                }
                continue;
            }
            path.pop();
            if let Some(&(outer, _)) = path.last() {
                low[outer] = low[outer].min(low[vertex]);
            }
            if low[vertex] == order[vertex] {
                while let Some(member) = open.pop() {
                    component[member] = order[vertex];
                    if member == vertex {
                        break;
                    }
                }
            }
        }
    }
    component
}

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
pub(crate) fn reject_infinite_recursion(
    pattern: &Pattern,
    called: &[GroupNumber],
    recursion: &Recursion,
) -> Result<(), Fault> {
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
        let NodeKind::Group(_, child) = node.kind else { continue };
        walk.origin = number;
        if matches!(walk.returns(child, true, 0), Ok(Returns::Always | Returns::AtOnce)) {
            return Err(Fault::new(RegexErrorKind::InfiniteRecursion, node.place()));
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
            NodeKind::Characters(_)
            | NodeKind::Folding
            | NodeKind::Cluster
            | NodeKind::Anchor { .. }
            | NodeKind::Backreference(_) => Ok(Returns::Never),
            NodeKind::Call(call) => {
                let target = self.group_node(self.called[call as usize])?;
                self.returns(target, head, depth)
            }
            NodeKind::List(children) => {
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
            NodeKind::Alternatives(children) => {
                let mut least = Returns::Always;
                for &child in pattern.tree.children(children) {
                    match self.returns(child, head, depth)? {
                        Returns::AtOnce => return Ok(Returns::AtOnce),
                        returns => least = least.min(returns),
                    }
                }
                Ok(least)
            }
            NodeKind::Repeat { child, low, .. } => {
                let returns = self.returns(child, head, depth)?;
                let skipped = low == 0 && returns == Returns::Always;
                Ok(if skipped { Returns::Never } else { returns })
            }
            NodeKind::Options(child)
            | NodeKind::Atomic(child)
            | NodeKind::Condition(child)
            | NodeKind::Absent(child)
            | NodeKind::Look(_, child) => self.returns(child, head, depth),
            NodeKind::Group(number, child) => self.group_returns(number, child, head, depth),
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
            NodeKind::Call(call) => {
                let target = self.called[call as usize];
                if self.recursion.calls[call as usize] {
                    return Ok(self.consumes[target as usize].unwrap_or(false));
                }
                let target = self.group_node(target)?;
                self.consumes(target, depth)
            }
            NodeKind::Backreference(referred) => self.reference_consumes(referred, depth),
            NodeKind::List(children) => {
                let mut any = false;
                for &child in pattern.tree.children(children) {
                    any |= self.consumes(child, depth)?;
                }
                Ok(any)
            }
            NodeKind::Alternatives(children) => {
                let mut all = true;
                for &child in pattern.tree.children(children) {
                    all &= self.consumes(child, depth)?;
                }
                Ok(all)
            }
            NodeKind::Repeat { low: 0, .. } => Ok(false),
            NodeKind::Repeat { child, .. }
            | NodeKind::Options(child)
            | NodeKind::Atomic(child)
            | NodeKind::Condition(child) => self.consumes(child, depth),
            NodeKind::Group(number, child) => self.group_consumes(number, child, depth),
            NodeKind::Characters(_)
            | NodeKind::Folding
            | NodeKind::Cluster
            | NodeKind::Anchor { .. }
            | NodeKind::Absent(_)
            | NodeKind::Look(..) => Ok(node.consumes),
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
