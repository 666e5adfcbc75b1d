//! A server that says anything: packets are what they measure, and all that is taken is bounded.

use super::exchange::{Exchange, Trouble};
use super::packet::{self, DELIMITER, FLUSH, Packet};
use crate::fuzzing::refusal;
use crate::remote::Tips;

const MAX_REFERENCES: usize = 20;
const MAX_PACK: u64 = 1000;

/// Reads what a server says. The first byte says in which form: `p` packets, `l` lines that become packets of a
/// conversation, `r` references as `git ls-remote` lists them, anything else a conversation.
pub fn packets(input: &[u8]) {
    let Some((form, said)) = input.split_first() else { return };
    match form {
        b'p' => same_again(said),
        b'l' => conversation(&of_lines(said)),
        b'r' => match Tips::read(said, MAX_REFERENCES) {
            Ok(tips) => listed(&tips),
            Err(cause) => refusal(&cause),
        },
        _ => conversation(said),
    }
}

/// Packets that are read, written again, are what was read.
fn same_again(said: &[u8]) {
    let (mut from, mut again) = (said, Vec::new());
    while let Ok(packet) = packet::read(&mut from) {
        match packet {
            Packet::Data(bytes) => {
                again.extend_from_slice(format!("{:04x}", bytes.len() + 4).as_bytes());
                again.extend_from_slice(&bytes);
            }
            Packet::Flush => again.extend_from_slice(FLUSH),
            Packet::Delimiter => again.extend_from_slice(DELIMITER),
            Packet::End => again.extend_from_slice(b"0002"),
        }
    }
    let read = said.get(..again.len()).unwrap_or_default();
    assert!(read.eq_ignore_ascii_case(&again), "{}", String::from_utf8_lossy(said));
}

fn of_lines(lines: &[u8]) -> Vec<u8> {
    let mut said = b"\n".to_vec();
    for line in lines.split(|byte| *byte == b'\n') {
        match line {
            b"0000" | b"0001" | b"0002" => said.extend_from_slice(line),
            line => {
                said.extend_from_slice(format!("{:04x}", line.len() + 5).as_bytes());
                said.extend_from_slice(line);
                said.push(b'\n');
            }
        }
    }
    said
}

fn conversation(said: &[u8]) {
    let (mut ours, mut pack) = (Vec::new(), Vec::new());
    let mut talk = || {
        let mut exchange = Exchange::open(&mut ours, said)?;
        let tips = exchange.tips(MAX_REFERENCES)?;
        listed(&tips);
        let commits = tips.commits().map(start_points::CommitSha::as_str);
        exchange.history(commits, &mut Vec::new(), MAX_PACK)?;
        exchange.commit("4edf92a1f0c3b5d7e9082a4c6e8f0b1d3a5c7e90", &mut pack, MAX_PACK)
    };
    if let Err(Trouble::Cause(cause)) = talk() {
        refusal(&cause);
    }
    assert!(pack.len() as u64 <= MAX_PACK);
    // Whatever is said, what is asked is packets, whole ones.
    let asked = ours.strip_prefix(b"stateless-connect git-upload-pack\n");
    let mut asked = asked.unwrap_or_else(|| unreachable!("{}", String::from_utf8_lossy(&ours)));
    while !asked.is_empty() {
        assert!(packet::read(&mut asked).is_ok());
    }
}

/// References are few, have names that a terminal takes, and are the same when they are listed and read again.
fn listed(tips: &Tips) {
    assert!(tips.branches.len() + tips.tags.len() + usize::from(tips.head.is_some()) <= MAX_REFERENCES + 1);
    let mut list = String::new();
    let mut add = |object: &str, name: &str| {
        assert!(!name.contains(char::is_control), "{name:?}");
        list += &format!("{object}\t{name}\n");
    };
    if let Some(branch) = &tips.default_branch {
        add(&format!("ref: refs/heads/{branch}"), "HEAD");
    }
    if let Some(commit) = &tips.head {
        add(commit.as_str(), "HEAD");
    }
    for (name, commit) in &tips.branches {
        add(commit.as_str(), &format!("refs/heads/{name}"));
    }
    for (name, commit) in &tips.tags {
        add(commit.as_str(), &format!("refs/tags/{name}"));
    }
    let again = Tips::read(list.as_bytes(), MAX_REFERENCES * 2).map(|mut again| {
        // A list tells the head by its branch too.
        again.head = again.head.filter(|_| tips.head.is_some());
        again
    });
    assert_eq!(again.as_ref(), Ok(tips), "{list}");
}

#[cfg(test)]
mod tests {
    #[test]
    fn seeds_hold() {
        start_points_testing::fuzz_inputs("git_packets").iter().for_each(|input| super::packets(input));
    }
}
