//! A session of git's protocol version 2: capcapabilities, references, and packs. See
//! <https://git-scm.com/docs/protocol-v2>.

use crate::error::FetchErrorKind;
use crate::remote::{ReferenceCounter, RemoteRefs};
use std::io::{self, BufRead, BufReader, Read, Write};

/// The most capcapabilities of a server.
const MAX_CAPABILITIES: usize = 100;

/// Omits larger blobs: 256 KiB.
const FILTER: &str = "filter blob:limit=262144";

/// Why a session failed.
#[derive(Debug)]
pub(crate) enum ProtocolError {
    /// The server or the helper does not support this.
    Unsupported,
    /// The pipe to the helper broke; its standard error says why.
    Broken,
    /// An error to report.
    Cause(FetchErrorKind),
}

impl From<io::Error> for ProtocolError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::InvalidData => Self::Unsupported,
            _ => Self::Broken,
        }
    }
}

/// A session with a server that supports version 2.
pub(crate) struct V2Session<W, R> {
    to: W,
    from: BufReader<R>,
    can_filter: bool,
}

impl<W: Write, R: Read> V2Session<W, R> {
    /// Makes the helper connect, and reads the capcapabilities.
    pub(crate) fn open(mut to: W, from: R) -> Result<Self, ProtocolError> {
        let mut from = BufReader::new(from);
        to.write_all(b"stateless-connect git-upload-pack\n")?;
        to.flush()?;
        let mut answer = String::new();
        (&mut from).take(100).read_line(&mut answer)?;
        match answer.as_str() {
            "\n" => {}
            "" => return Err(ProtocolError::Broken),
            _ => return Err(ProtocolError::Unsupported),
        }
        let mut capabilities = Vec::new();
        while let Packet::Data(line) = read_packet(&mut from)? {
            if capabilities.len() >= MAX_CAPABILITIES {
                return Err(ProtocolError::Unsupported);
            }
            capabilities.push(String::from_utf8_lossy(&line).trim_end().to_owned());
        }
        let fetch = capabilities.iter().find_map(|line| line.strip_prefix("fetch="));
        let can =
            |capability: &str| fetch.is_some_and(|fetch| fetch.split(' ').any(|word| word == capability));
        let format = capabilities.iter().find_map(|line| line.strip_prefix("object-format="));
        let can_list = capabilities.iter().any(|line| line == "ls-refs" || line.starts_with("ls-refs="));
        if capabilities.first().is_none_or(|line| line != "version 2")
            || !can_list
            || !can("shallow")
            || format.is_some_and(|format| format != "sha1")
        {
            return Err(ProtocolError::Unsupported);
        }
        Ok(Self { to, from, can_filter: can("filter") })
    }

    /// Requests the default branch, the branches and the tags: command `ls-refs`.
    pub(crate) fn refs(&mut self, limit: usize) -> Result<RemoteRefs, ProtocolError> {
        self.send(
            "ls-refs",
            &["peel", "symrefs", "ref-prefix HEAD", "ref-prefix refs/heads/", "ref-prefix refs/tags/"],
        )?;
        let mut refs = RemoteRefs::default();
        let mut count = ReferenceCounter::new(limit);
        loop {
            let line = match read_packet(&mut self.from)? {
                Packet::Data(line) => line,
                Packet::Flush => break,
                Packet::Delimiter | Packet::End => return Err(ProtocolError::Unsupported),
            };
            count.count(&line).map_err(ProtocolError::Cause)?;
            check_error(&line)?;
            if let Ok(line) = str::from_utf8(&line) {
                reference(&mut refs, line.trim_end_matches('\n'));
            }
        }
        self.end()?;
        Ok(refs)
    }

    /// Fetches a commit without history, and without large blobs if the server can filter, into `pack`: command `fetch`.
    pub(crate) fn commit(
        &mut self,
        commit: &str,
        pack: &mut impl Write,
        limit: u64,
    ) -> Result<(), ProtocolError> {
        let mut arguments = vec!["deepen 1"];
        arguments.extend(self.can_filter.then_some(FILTER));
        self.fetch(&arguments, [commit].into_iter(), pack, limit)
    }

    /// Fetches these commits with their history, and nothing but commits; `false` if the server cannot filter.
    pub(crate) fn history<'a>(
        &mut self,
        commits: impl Iterator<Item = &'a str>,
        pack: &mut impl Write,
        limit: u64,
    ) -> Result<bool, ProtocolError> {
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
    ) -> Result<(), ProtocolError> {
        let wants: Vec<String> = wanted.map(|id| format!("want {id}")).collect();
        let mut all = vec!["no-progress", "ofs-delta"];
        all.extend(arguments);
        all.extend(wants.iter().map(String::as_str));
        all.push("done");
        self.send("fetch", &all)?;
        loop {
            match read_packet(&mut self.from)? {
                Packet::Data(line) if line == b"packfile\n" => break,
                Packet::Data(line) => check_error(&line)?,
                Packet::Delimiter => {}
                Packet::Flush | Packet::End => return Err(ProtocolError::Unsupported),
            }
        }
        let mut bytes = 0;
        loop {
            match read_packet(&mut self.from)? {
                Packet::Data(line) => match line.split_first() {
                    Some((1, data)) => {
                        bytes += data.len() as u64;
                        if bytes > limit {
                            return Err(ProtocolError::Cause(FetchErrorKind::TransferTooLarge));
                        }
                        pack.write_all(data)
                            .map_err(|error| ProtocolError::Cause(FetchErrorKind::Io(error.to_string())))?;
                    }
                    Some((2, _)) => {}
                    // The server gives up; the fallback reports it in git's words.
                    _ => return Err(ProtocolError::Unsupported),
                },
                Packet::Flush => return self.end(),
                Packet::Delimiter | Packet::End => return Err(ProtocolError::Unsupported),
            }
        }
    }

    fn send(&mut self, command: &str, arguments: &[&str]) -> io::Result<()> {
        let mut message = Vec::new();
        add_packet(&mut message, &format!("command={command}"));
        message.extend_from_slice(DELIMITER);
        for argument in arguments {
            add_packet(&mut message, argument);
        }
        message.extend_from_slice(FLUSH);
        self.to.write_all(&message)?;
        self.to.flush()
    }

    /// Reads the packet of the helper that ends a response.
    fn end(&mut self) -> Result<(), ProtocolError> {
        match read_packet(&mut self.from)? {
            Packet::End => Ok(()),
            _ => Err(ProtocolError::Unsupported),
        }
    }
}

/// Gives up on an error of the server; the fallback reports it in git's words.
fn check_error(line: &[u8]) -> Result<(), ProtocolError> {
    if line.starts_with(b"ERR ") { Err(ProtocolError::Unsupported) } else { Ok(()) }
}

/// Parses `hash name[ symref-target:name][ peeled:hash]`.
fn reference(refs: &mut RemoteRefs, line: &str) {
    let mut words = line.split(' ');
    let (Some(id), Some(name)) = (words.next(), words.next()) else { return };
    let mut named = id;
    for word in words {
        if let Some(target) = word.strip_prefix("symref-target:") {
            refs.add(&format!("ref: {target}"), name);
        } else if let Some(peeled) = word.strip_prefix("peeled:") {
            named = peeled;
        }
    }
    refs.add(named, name);
}

/// A packet: <https://git-scm.com/docs/protocol-common#_pkt_line_format>.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Packet {
    Data(Vec<u8>),
    /// The end of a message.
    Flush,
    /// Between the sections of a message.
    Delimiter,
    /// The end of a response.
    End,
}

/// Ends a message.
pub(crate) const FLUSH: &[u8] = b"0000";

/// Separates the sections of a message.
pub(crate) const DELIMITER: &[u8] = b"0001";

/// Adds a line to a message. Our lines are far shorter than the limit of 65516 bytes.
fn add_packet(message: &mut Vec<u8>, line: &str) {
    message.extend_from_slice(format!("{:04x}{line}\n", line.len() + 5).as_bytes());
}

/// Reads the next packet.
pub(crate) fn read_packet(from: &mut impl Read) -> io::Result<Packet> {
    let mut digits = [0; 4];
    from.read_exact(&mut digits)?;
    // `from_str_radix` also accepts a sign.
    let is_hex = digits.iter().all(u8::is_ascii_hexdigit);
    let digits = str::from_utf8(&digits).ok().filter(|_| is_hex);
    let length = digits.and_then(|digits| usize::from_str_radix(digits, 16).ok());
    match length {
        Some(0) => Ok(Packet::Flush),
        Some(1) => Ok(Packet::Delimiter),
        Some(2) => Ok(Packet::End),
        Some(length @ 4..) => {
            let mut bytes = vec![0; length - 4];
            from.read_exact(&mut bytes)?;
            Ok(Packet::Data(bytes))
        }
        _ => Err(io::Error::new(io::ErrorKind::InvalidData, "not a packet line")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(lines: &[&str]) -> Vec<u8> {
        let mut bytes = b"\n".to_vec();
        for line in lines {
            match *line {
                "0000" | "0001" | "0002" => bytes.extend_from_slice(line.as_bytes()),
                line => add_packet(&mut bytes, line),
            }
        }
        bytes
    }

    const CAPABILITIES: [&str; 5] =
        ["version 2", "ls-refs=unborn", "fetch=shallow filter", "object-format=sha1", "0000"];

    #[test]
    fn references_are_read_with_their_targets() {
        let (a, b, c) = ("a".repeat(40), "b".repeat(40), "c".repeat(40));
        let lines = [
            format!("{a} HEAD symref-target:refs/heads/trunk"),
            format!("{a} refs/heads/trunk"),
            format!("{b} refs/tags/1.0 peeled:{c}"),
        ];
        let mut all = CAPABILITIES.to_vec();
        all.extend(lines.iter().map(String::as_str));
        all.extend(["0000", "0002"]);
        let answer = answer(&all);
        let mut said = Vec::new();
        let mut exchange = V2Session::open(&mut said, answer.as_slice()).ok().unwrap();
        let refs = exchange.refs(9).ok().unwrap();
        assert_eq!(refs.default_branch.as_deref(), Some("trunk"));
        assert_eq!((refs.head.unwrap().as_str(), refs.tags["1.0"].as_str()), (a.as_str(), c.as_str()));
        assert!(said.starts_with(b"stateless-connect git-upload-pack\n0014command=ls-refs\n0001"));
    }

    #[test]
    fn unsupported_servers_are_left_to_the_fallback() {
        let unsupported =
            |bytes: &[u8]| matches!(V2Session::open(Vec::new(), bytes), Err(ProtocolError::Unsupported));
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
        assert!(matches!(V2Session::open(Vec::new(), &b""[..]), Err(ProtocolError::Broken)));
    }

    #[test]
    fn a_pack_is_bounded() {
        let mut bytes = answer(&CAPABILITIES);
        for line in ["shallow-info", "shallow x"] {
            add_packet(&mut bytes, line);
        }
        bytes.extend_from_slice(b"0001");
        add_packet(&mut bytes, "packfile");
        for _ in 0..3 {
            bytes.extend_from_slice(b"0009\x01PACK");
        }
        bytes.extend_from_slice(b"00000002");
        let mut pack = Vec::new();
        let mut exchange = V2Session::open(Vec::new(), bytes.as_slice()).ok().unwrap();
        exchange.commit("x", &mut pack, 12).ok().unwrap();
        assert_eq!(pack, b"PACKPACKPACK");
        let mut exchange = V2Session::open(Vec::new(), bytes.as_slice()).ok().unwrap();
        let trouble = exchange.commit("x", &mut Vec::new(), 11);
        assert!(matches!(trouble, Err(ProtocolError::Cause(FetchErrorKind::TransferTooLarge))));
    }

    #[test]
    fn packets_are_read_back() {
        let mut message = Vec::new();
        add_packet(&mut message, "command=ls-refs");
        message.extend_from_slice(DELIMITER);
        add_packet(&mut message, "peel");
        message.extend_from_slice(FLUSH);
        message.extend_from_slice(b"0002");
        let mut from = message.as_slice();
        assert_eq!(read_packet(&mut from).unwrap(), Packet::Data(b"command=ls-refs\n".to_vec()));
        assert_eq!(read_packet(&mut from).unwrap(), Packet::Delimiter);
        assert_eq!(read_packet(&mut from).unwrap(), Packet::Data(b"peel\n".to_vec()));
        assert_eq!(read_packet(&mut from).unwrap(), Packet::Flush);
        assert_eq!(read_packet(&mut from).unwrap(), Packet::End);
        assert!(read_packet(&mut from).is_err());
    }

    #[test]
    fn malformed_packets_are_errors() {
        for bytes in ["0003", "zzzz", "0009abc", "<htm", "+00a123456"] {
            assert!(read_packet(&mut bytes.as_bytes()).is_err(), "{bytes}");
        }
    }
}
