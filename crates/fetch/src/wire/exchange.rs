//! A conversation with a server: what it can do, its references, and one commit.

use std::io::{self, BufRead, BufReader, Read, Write};

use super::packet::{self, DELIMITER, FLUSH, Packet};
use crate::cause::Cause;
use crate::remote::{Count, Tips};

/// The most lines of what a server can do.
const MAX_ABILITIES: usize = 100;

/// Leaves out what is larger: 256 kB.
const FILTER: &str = "filter blob:limit=262144";

/// Why a conversation came to nothing.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The server, or the helper, does not speak so.
    Unsupported,
    /// The pipe to the helper broke: what it says on its way out is why.
    Broken,
    /// This.
    Cause(Cause),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::InvalidData => Self::Unsupported,
            _ => Self::Broken,
        }
    }
}

/// A server that speaks version 2.
pub(super) struct Exchange<W, R> {
    to: W,
    from: BufReader<R>,
    can_filter: bool,
}

impl<W: Write, R: Read> Exchange<W, R> {
    /// Asks the helper to connect.
    pub(super) fn open(mut to: W, from: R) -> Result<Self, Trouble> {
        let mut from = BufReader::new(from);
        to.write_all(b"stateless-connect git-upload-pack\n")?;
        to.flush()?;
        let mut answer = String::new();
        (&mut from).take(100).read_line(&mut answer)?;
        match answer.as_str() {
            "\n" => {}
            "" => return Err(Trouble::Broken),
            _ => return Err(Trouble::Unsupported),
        }
        let mut abilities = Vec::new();
        while let Packet::Data(line) = packet::read(&mut from)? {
            if abilities.len() >= MAX_ABILITIES {
                return Err(Trouble::Unsupported);
            }
            abilities.push(String::from_utf8_lossy(&line).trim_end().to_owned());
        }
        let fetch = abilities.iter().find_map(|line| line.strip_prefix("fetch="));
        let can = |ability: &str| fetch.is_some_and(|fetch| fetch.split(' ').any(|word| word == ability));
        let format = abilities.iter().find_map(|line| line.strip_prefix("object-format="));
        let can_list = abilities.iter().any(|line| line == "ls-refs" || line.starts_with("ls-refs="));
        if abilities.first().is_none_or(|line| line != "version 2")
            || !can_list
            || !can("shallow")
            || format.is_some_and(|format| format != "sha1")
        {
            return Err(Trouble::Unsupported);
        }
        Ok(Self { to, from, can_filter: can("filter") })
    }

    /// The default branch, the branches and the tags.
    pub(super) fn tips(&mut self, limit: usize) -> Result<Tips, Trouble> {
        self.say(
            "ls-refs",
            &["peel", "symrefs", "ref-prefix HEAD", "ref-prefix refs/heads/", "ref-prefix refs/tags/"],
        )?;
        let mut tips = Tips::default();
        let mut count = Count::new(limit);
        loop {
            let line = match packet::read(&mut self.from)? {
                Packet::Data(line) => line,
                Packet::Flush => break,
                Packet::Delimiter | Packet::End => return Err(Trouble::Unsupported),
            };
            count.one(&line).map_err(Trouble::Cause)?;
            refuse(&line)?;
            if let Ok(line) = str::from_utf8(&line) {
                reference(&mut tips, line.trim_end_matches('\n'));
            }
        }
        self.end()?;
        Ok(tips)
    }

    /// Fetches a commit, without history and without large blobs where the server can, into `pack`.
    pub(super) fn commit(&mut self, commit: &str, pack: &mut impl Write, limit: u64) -> Result<(), Trouble> {
        let mut arguments = vec!["deepen 1"];
        arguments.extend(self.can_filter.then_some(FILTER));
        self.fetch(&arguments, [commit].into_iter(), pack, limit)
    }

    /// Fetches all commits that lead to these, and nothing but commits; `false` where the server cannot.
    pub(super) fn history<'a>(
        &mut self,
        commits: impl Iterator<Item = &'a str>,
        pack: &mut impl Write,
        limit: u64,
    ) -> Result<bool, Trouble> {
        if !self.can_filter {
            return Ok(false);
        }
        self.fetch(&["filter tree:0"], commits, pack, limit)?;
        Ok(true)
    }

    fn fetch<'a>(
        &mut self,
        arguments: &[&str],
        wanted: impl Iterator<Item = &'a str>,
        pack: &mut impl Write,
        limit: u64,
    ) -> Result<(), Trouble> {
        let wants: Vec<String> = wanted.map(|id| format!("want {id}")).collect();
        let mut all = vec!["no-progress", "ofs-delta"];
        all.extend(arguments);
        all.extend(wants.iter().map(String::as_str));
        all.push("done");
        self.say("fetch", &all)?;
        loop {
            match packet::read(&mut self.from)? {
                Packet::Data(line) if line == b"packfile\n" => break,
                Packet::Data(line) => refuse(&line)?,
                Packet::Delimiter => {}
                Packet::Flush | Packet::End => return Err(Trouble::Unsupported),
            }
        }
        let mut bytes = 0;
        loop {
            match packet::read(&mut self.from)? {
                Packet::Data(line) => match line.split_first() {
                    Some((1, data)) => {
                        bytes += data.len() as u64;
                        if bytes > limit {
                            return Err(Trouble::Cause(Cause::TransferTooLarge));
                        }
                        pack.write_all(data).map_err(|error| Trouble::Cause(Cause::Io(error.to_string())))?;
                    }
                    Some((2, _)) => {}
                    // The server gives up; the other way says so in git's words.
                    _ => return Err(Trouble::Unsupported),
                },
                Packet::Flush => return self.end(),
                Packet::Delimiter | Packet::End => return Err(Trouble::Unsupported),
            }
        }
    }

    fn say(&mut self, command: &str, arguments: &[&str]) -> io::Result<()> {
        let mut message = Vec::new();
        packet::add(&mut message, &format!("command={command}"));
        message.extend_from_slice(DELIMITER);
        for argument in arguments {
            packet::add(&mut message, argument);
        }
        message.extend_from_slice(FLUSH);
        self.to.write_all(&message)?;
        self.to.flush()
    }

    /// The helper's word that the answer is whole.
    fn end(&mut self) -> Result<(), Trouble> {
        match packet::read(&mut self.from)? {
            Packet::End => Ok(()),
            _ => Err(Trouble::Unsupported),
        }
    }
}

/// An error of the server's, which the other way says in git's words.
fn refuse(line: &[u8]) -> Result<(), Trouble> {
    if line.starts_with(b"ERR ") { Err(Trouble::Unsupported) } else { Ok(()) }
}

/// `id name[ symref-target:name][ peeled:id]`
fn reference(tips: &mut Tips, line: &str) {
    let mut words = line.split(' ');
    let (Some(id), Some(name)) = (words.next(), words.next()) else { return };
    let mut named = id;
    for word in words {
        if let Some(target) = word.strip_prefix("symref-target:") {
            tips.add(&format!("ref: {target}"), name);
        } else if let Some(peeled) = word.strip_prefix("peeled:") {
            named = peeled;
        }
    }
    tips.add(named, name);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(lines: &[&str]) -> Vec<u8> {
        let mut bytes = b"\n".to_vec();
        for line in lines {
            match *line {
                "0000" | "0001" | "0002" => bytes.extend_from_slice(line.as_bytes()),
                line => packet::add(&mut bytes, line),
            }
        }
        bytes
    }

    const ABILITIES: [&str; 5] =
        ["version 2", "ls-refs=unborn", "fetch=shallow filter", "object-format=sha1", "0000"];

    #[test]
    fn references_are_read_with_what_they_lead_to() {
        let (a, b, c) = ("a".repeat(40), "b".repeat(40), "c".repeat(40));
        let lines = [
            format!("{a} HEAD symref-target:refs/heads/trunk"),
            format!("{a} refs/heads/trunk"),
            format!("{b} refs/tags/1.0 peeled:{c}"),
        ];
        let mut all = ABILITIES.to_vec();
        all.extend(lines.iter().map(String::as_str));
        all.extend(["0000", "0002"]);
        let answer = answer(&all);
        let mut said = Vec::new();
        let mut exchange = Exchange::open(&mut said, answer.as_slice()).ok().unwrap();
        let tips = exchange.tips(9).ok().unwrap();
        assert_eq!(tips.default_branch.as_deref(), Some("trunk"));
        assert_eq!((tips.head.unwrap().as_str(), tips.tags["1.0"].as_str()), (a.as_str(), c.as_str()));
        assert!(said.starts_with(b"stateless-connect git-upload-pack\n0014command=ls-refs\n0001"));
    }

    #[test]
    fn what_is_not_understood_is_left_to_the_other_way() {
        let unsupported =
            |bytes: &[u8]| matches!(Exchange::open(Vec::new(), bytes), Err(Trouble::Unsupported));
        assert!(unsupported(b"fallback\n"));
        assert!(unsupported(&answer(&["version 1", "0000"])));
        assert!(unsupported(&answer(&["version 2", "ls-refs", "fetch", "0000"])));
        assert!(unsupported(&answer(&[
            "version 2",
            "ls-refs",
            "fetch=shallow",
            "object-format=sha256",
            "0000"
        ])));
        assert!(matches!(Exchange::open(Vec::new(), &b""[..]), Err(Trouble::Broken)));
    }

    #[test]
    fn a_pack_is_bounded() {
        let mut bytes = answer(&ABILITIES);
        for line in ["shallow-info", "shallow x"] {
            packet::add(&mut bytes, line);
        }
        bytes.extend_from_slice(b"0001");
        packet::add(&mut bytes, "packfile");
        for _ in 0..3 {
            bytes.extend_from_slice(b"0009\x01PACK");
        }
        bytes.extend_from_slice(b"00000002");
        let mut pack = Vec::new();
        let mut exchange = Exchange::open(Vec::new(), bytes.as_slice()).ok().unwrap();
        exchange.commit("x", &mut pack, 12).ok().unwrap();
        assert_eq!(pack, b"PACKPACKPACK");
        let mut exchange = Exchange::open(Vec::new(), bytes.as_slice()).ok().unwrap();
        let trouble = exchange.commit("x", &mut Vec::new(), 11);
        assert!(matches!(trouble, Err(Trouble::Cause(Cause::TransferTooLarge))));
    }
}
