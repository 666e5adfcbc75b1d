//! The `FROM` lines of a Dockerfile: which images it builds on, and where it names them.

use std::collections::VecDeque;

use crate::span::Span;
use crate::text_map::TextMap;

/// The most bytes of a Dockerfile that are looked at.
const MAX_BYTES: usize = 1 << 20;

/// The most images of a Dockerfile that are told.
const MAX_IMAGES: usize = 2_000;

/// The longest image, in bytes, that variables may make.
const MAX_IMAGE: usize = 4 << 10;

/// An image that a Dockerfile builds on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseImage {
    /// The image as docker sees it: variables replaced by the defaults of their `ARG`.
    pub image: String,
    /// Where it is named.
    pub span: Span,
}

/// The images that `FROM` lines name, in order.
///
/// Left out: `scratch`, earlier stages of the same file, and names whose variables have no default there or are
/// too long for any image.
/// Bytes that are not UTF-8 are read as the replacement character: they are in no image name.
#[must_use]
pub fn base_images(bytes: &[u8]) -> Vec<BaseImage> {
    let bytes = bytes.get(..MAX_BYTES).unwrap_or(bytes);
    let mut stages = TextMap::new();
    let mut is_first = true;
    let mut arguments = TextMap::new();
    let mut found = Vec::new();
    for words in instructions(bytes) {
        let Some((instruction, _)) = words.first() else { continue };
        if instruction.eq_ignore_ascii_case("ARG") && is_first {
            for (word, _) in &words[1..] {
                if let Some((name, value)) = word.split_once('=') {
                    arguments.insert(name, value.trim_matches(['"', '\'']).to_owned());
                }
            }
        } else if instruction.eq_ignore_ascii_case("FROM") {
            let mut rest = words[1..].iter().filter(|(word, _)| !word.starts_with("--"));
            let Some((word, span)) = rest.next() else { continue };
            let image = substituted(word, &arguments);
            is_first = false;
            if let Some(image) = image
                && image != "scratch"
                && stages.get(&image.to_ascii_lowercase()).is_none()
                && found.len() < MAX_IMAGES
            {
                found.push(BaseImage { image, span: *span });
            }
            if let (Some((word, _)), Some((name, _))) = (rest.next(), rest.next())
                && word.eq_ignore_ascii_case("AS")
            {
                stages.insert(name.to_ascii_lowercase(), ());
            }
        }
    }
    found
}

/// A word with its place.
type Word = (String, Span);

/// The words of each instruction: a line with those that a `\` at its end joins to it. Comments are left out, and
/// so are here-documents, which hold another language.
fn instructions(bytes: &[u8]) -> Vec<Vec<Word>> {
    let mut instructions = Vec::new();
    let mut open: Vec<Word> = Vec::new();
    let mut here_documents: VecDeque<HereDocument> = VecDeque::new();
    let mut offset = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let at = offset;
        offset += line.len();
        if let Some(first) = here_documents.front() {
            if first.is_ended_by(line) {
                here_documents.pop_front();
            }
            continue;
        }
        let text = line.trim_ascii();
        if text.starts_with(b"#") || text.is_empty() && !open.is_empty() {
            continue;
        }
        match line.trim_ascii_end().strip_suffix(b"\\") {
            Some(line) => open.extend(words(line, at)),
            None => {
                open.extend(words(line, at));
                here_documents = here_documents_of(&open);
                instructions.push(std::mem::take(&mut open));
            }
        }
    }
    instructions.push(open);
    instructions
}

/// A `<<END` of a RUN, COPY or ADD: the lines up to `END` are none of the Dockerfile's.
struct HereDocument {
    end: String,
    /// Written `<<-`: tabs before the end do not count.
    is_indented: bool,
}

impl HereDocument {
    fn is_ended_by(&self, line: &[u8]) -> bool {
        let line = String::from_utf8_lossy(line);
        let line = line.trim_end_matches(['\r', '\n']);
        let line = if self.is_indented { line.trim_start_matches('\t') } else { line };
        line == self.end
    }
}

fn here_documents_of(words: &[Word]) -> VecDeque<HereDocument> {
    let Some(((instruction, _), arguments)) = words.split_first() else { return VecDeque::new() };
    if !["RUN", "COPY", "ADD"].iter().any(|name| instruction.eq_ignore_ascii_case(name)) {
        return VecDeque::new();
    }
    let here_document = |(word, _): &Word| {
        let end = word.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix("<<")?;
        let (is_indented, end) = end.strip_prefix('-').map_or((false, end), |end| (true, end));
        let end = end.trim_matches(['"', '\'']);
        let is_name = !end.is_empty() && !end.contains('<');
        is_name.then(|| HereDocument { end: end.to_owned(), is_indented })
    };
    arguments.iter().filter_map(here_document).collect()
}

/// The words of a line with their places.
fn words(line: &[u8], offset: usize) -> Vec<Word> {
    let mut words = Vec::new();
    let mut at = 0;
    for word in line.split(|byte| byte.is_ascii_whitespace()) {
        if !word.is_empty() {
            let span = Span::new(offset + at, offset + at + word.len());
            words.push((String::from_utf8_lossy(word).into_owned(), span));
        }
        at += word.len() + 1;
    }
    words
}

/// `$NAME`, `${NAME}` and `${NAME:-default}` replaced; `None` where a name has no value.
fn substituted(word: &str, arguments: &TextMap<String>) -> Option<String> {
    let mut out = String::new();
    let mut rest = word;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let (name, default, tail) = match after.strip_prefix('{') {
            Some(inner) => {
                let (inside, tail) = inner.split_once('}')?;
                match inside.split_once(':').and_then(|(name, rest)| Some((name, rest.strip_prefix('-')?))) {
                    Some((name, default)) => (name, Some(default), tail),
                    None => (inside, None, tail),
                }
            }
            None => {
                let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
                let (name, tail) = after.split_at_checked(end)?;
                (name, None, tail)
            }
        };
        let value = arguments.get(name).map(String::as_str).filter(|value| !value.is_empty());
        out.push_str(value.or(default)?);
        if out.len() > MAX_IMAGE {
            return None;
        }
        rest = tail;
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn images(text: &str) -> Vec<String> {
        base_images(text.as_bytes()).into_iter().map(|base| base.image).collect()
    }

    #[test]
    fn names_every_base_and_no_stage() {
        let text = "# FROM no\nARG TAG=3.20\nFROM --platform=linux/amd64 alpine:$TAG AS build\nFROM scratch\n\
                    from Build\nFROM ghcr.io/x/gcc:4edf92a\nFROM ${MISSING}\nFROM ${OTHER:-ruby:alpine}\n";
        assert_eq!(images(text), ["alpine:3.20", "ghcr.io/x/gcc:4edf92a", "ruby:alpine"]);
    }

    #[test]
    fn points_at_the_image() {
        let found = base_images(b"LABEL x=1\n  FROM  gcc  \n");
        assert_eq!(found, [BaseImage { image: "gcc".into(), span: Span::new(18, 21) }]);
    }

    #[test]
    fn reads_on_where_a_line_is_continued() {
        let found = base_images(b"FROM \\\n  # why\n\n  gcc:9 \\\n AS build\nFROM build\n");
        assert_eq!(found, [BaseImage { image: "gcc:9".into(), span: Span::new(18, 23) }]);
        assert_eq!(images("RUN psql -c 'SELECT * \\\n FROM users'\nFROM a:1"), ["a:1"]);
    }

    #[test]
    fn an_argument_that_grows_without_end_is_no_image() {
        let text = format!("ARG A={}\nFROM {}\nFROM $A\n", "a".repeat(4_000), "$A".repeat(100_000));
        assert_eq!(images(&text), ["a".repeat(4_000)]);
    }

    #[test]
    fn here_documents_hold_other_languages() {
        let text = "FROM a:1\nRUN python3 <<EOF\nfrom os import path\nEOF\n\
                    RUN cat <<-'ONE' <<TWO\n\tONE\nFROM no\nTWO\nFROM b:1\nRUN echo <<< x\nFROM c:1\n";
        assert_eq!(images(text), ["a:1", "b:1", "c:1"]);
    }

    #[test]
    fn survives_what_is_no_dockerfile() {
        assert_eq!(images(""), Vec::<String>::new());
        assert_eq!(images("FROM"), Vec::<String>::new());
        assert_eq!(images("FROM ${x"), Vec::<String>::new());
        assert_eq!(base_images(b"FROM \xff\xfe").len(), 1);
    }
}
