//! Groups that call themselves, straight away or by way of others.

use super::parser::Pattern;
use super::tree::GroupNumber;

/// Which groups and calls lead back to themselves.
pub(super) struct Recursion {
    /// By group: whether it is called and leads back to itself.
    pub(super) groups: Vec<bool>,
    /// By call.
    pub(super) calls: Vec<bool>,
}

/// Finds the loops among groups; one leads to the groups inside it and to those it calls.
pub(super) fn find(pattern: &Pattern, called: &[GroupNumber]) -> Recursion {
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
