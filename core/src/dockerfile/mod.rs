//! The `FROM` lines of a Dockerfile: which images it builds on, where it names them, and why docker would reject it
//! before the last of them.
//!
//! Follows the parser of BuildKit, which builds what docker builds:
//! <https://github.com/moby/buildkit/tree/master/frontend/dockerfile/parser>.

mod fault;
mod lines;
mod substitution;
#[cfg(test)]
mod tests;

pub use fault::{DockerfileFault, DockerfileFaultKind};

use crate::escape::escaped;
use crate::image_name::{ImageName, ImageNameErrorKind};
use crate::span::Span;
use crate::text_map::TextMap;
use lines::{Instruction, Word};
use substitution::{Variable, Variables};

/// The most bytes of a Dockerfile that are read; more is a fault.
const MAX_BYTES: usize = 1 << 20;

/// The most images, and the most faults, of a Dockerfile that are listed; more is a fault.
const MAX_LISTED: usize = 2_000;

/// An image that a Dockerfile builds on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseImage {
    /// The image as docker sees it: variables replaced by the defaults of their `ARG`.
    pub image: String,
    /// Where it is named.
    pub span: Span,
}

/// What the `FROM` lines of a Dockerfile say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dockerfile {
    /// The images that it builds on, in order.
    ///
    /// Left out: `scratch`, earlier stages of the same file, and names that depend on what only the build knows: an
    /// `ARG` without a default, the platform, or a pattern (`${V%x}`).
    pub images: Vec<BaseImage>,
    /// Why docker would reject it, in order.
    pub faults: Vec<DockerfileFault>,
}

/// The images that `FROM` lines name, in order; see [`Dockerfile::images`].
#[must_use]
pub fn base_images(bytes: &[u8]) -> Vec<BaseImage> {
    Dockerfile::read(bytes).images
}

impl Dockerfile {
    /// Reads a Dockerfile.
    ///
    /// Bytes that are not UTF-8 are read as the replacement character: they are in no image name.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Self {
        let mut reader = Reader::default();
        let lines = lines::read(bytes.get(..MAX_BYTES).unwrap_or(bytes));
        reader.variables.escape = lines.escape;
        reader.out.faults = lines.faults;
        for instruction in &lines.instructions {
            reader.instruction(instruction);
            // No more of either is listed.
            if reader.out.images.len().max(reader.out.faults.len()) > MAX_LISTED {
                break;
            }
        }
        let out = &reader.out;
        if bytes.len() > MAX_BYTES || out.images.len() > MAX_LISTED || out.faults.len() > MAX_LISTED {
            reader.out.images.truncate(MAX_LISTED);
            reader.out.faults.truncate(MAX_LISTED);
            reader.fault(DockerfileFaultKind::TooLong, None);
        } else if !reader.has_from {
            reader.fault(DockerfileFaultKind::NoFrom, None);
        }
        reader.out
    }
}

#[derive(Default)]
struct Reader {
    out: Dockerfile,
    has_from: bool,
    has_early_instruction: bool,
    /// The names of stages in lower case.
    stages: TextMap<()>,
    variables: Variables,
}

impl Reader {
    fn fault(&mut self, kind: DockerfileFaultKind, span: Option<Span>) {
        // One more than is listed shows that there are too many.
        if self.out.faults.len() <= MAX_LISTED {
            self.out.faults.push(DockerfileFault { kind, span });
        }
    }

    fn instruction(&mut self, instruction: &Instruction) {
        let Some(name) = instruction.name() else { return };
        if name.text.eq_ignore_ascii_case("FROM") {
            self.has_from = true;
            self.from(&name, &instruction.words());
        } else if self.has_from {
            // Instructions of a stage change nothing for the next `FROM`, its `ARG`s included.
        } else if name.text.eq_ignore_ascii_case("ARG") {
            self.argument(&name, &instruction.shell_words(self.variables.escape).0);
        } else if !self.has_early_instruction {
            self.has_early_instruction = true;
            self.fault(DockerfileFaultKind::BeforeFrom(escaped(&name.text).into_owned()), Some(name.span));
        }
    }

    fn argument(&mut self, instruction: &Word, words: &[Word]) {
        if words.len() < 2 {
            self.fault(DockerfileFaultKind::ArgumentName, Some(instruction.span));
        }
        for word in words.iter().skip(1) {
            let (name, default) = match word.text.split_once('=') {
                Some((name, default)) => (name, Some(default)),
                None => (word.text.as_str(), None),
            };
            if name.is_empty() {
                self.fault(DockerfileFaultKind::ArgumentName, Some(word.span));
                continue;
            }
            let variable = match default.map(|default| self.variables.expand(default)) {
                None if self.variables.is_known(name) => continue,
                None => Variable::Unset,
                Some(Ok(Some(value))) => Variable::Value(value),
                Some(Ok(None)) => Variable::Unknown,
                Some(Err(_)) => {
                    let kind = DockerfileFaultKind::Substitution(escaped(&word.text).into_owned());
                    self.fault(kind, Some(word.span));
                    Variable::Unknown
                }
            };
            self.variables.set(name, variable);
        }
    }

    fn from(&mut self, instruction: &Word, words: &[Word]) {
        let mut rest = words.get(1..).unwrap_or_default();
        while let Some((flag, after)) = rest.split_first()
            && flag.text.starts_with("--")
        {
            rest = after;
            if flag.text == "--" {
                break;
            }
        }
        let (image, stage) = match rest {
            [image] => (image, None),
            [image, word, stage] if word.text.eq_ignore_ascii_case("AS") => (image, Some(stage)),
            [] => return self.fault(DockerfileFaultKind::FromWords, Some(instruction.span)),
            [image, more @ ..] => {
                let end = more.last().map_or(image.span.end, |last| last.span.end);
                self.fault(DockerfileFaultKind::FromWords, Some(Span::new(image.span.start, end)));
                (image, None)
            }
        };
        match self.variables.expand(&image.text) {
            Ok(Some(name)) => self.image(name, image),
            Ok(None) => {}
            Err(_) => {
                let kind = DockerfileFaultKind::Substitution(escaped(&image.text).into_owned());
                self.fault(kind, Some(image.span));
            }
        }
        if let Some(stage) = stage {
            let name = stage.text.to_ascii_lowercase();
            if !is_stage_name(&name) {
                let kind = DockerfileFaultKind::StageName(escaped(&stage.text).into_owned());
                self.fault(kind, Some(stage.span));
            }
            self.stages.insert(name, ());
        }
    }

    fn image(&mut self, image: String, word: &Word) {
        if image.is_empty() {
            let kind = DockerfileFaultKind::Blank(escaped(&word.text).into_owned());
            return self.fault(kind, Some(word.span));
        }
        if image == "scratch" || self.stages.get(&image.to_ascii_lowercase()).is_some() {
            return;
        }
        if let Err(error) = ImageName::parse(&image)
            && !docker_alone_reads(&image, error.kind())
        {
            let kind = DockerfileFaultKind::NotAnImage { image: escaped(&image).into_owned(), error };
            self.fault(kind, Some(word.span));
        }
        if self.out.images.len() <= MAX_LISTED {
            self.out.images.push(BaseImage { image, span: word.span });
        }
    }
}

/// Docker accepts an IPv6 host and a host in upper case; [`ImageName`], as the deployed checker, does not.
fn docker_alone_reads(image: &str, fault: &ImageNameErrorKind) -> bool {
    match fault {
        ImageNameErrorKind::HostBracket => true,
        ImageNameErrorKind::UpperCase { letter, .. } => {
            image.split_once('/').is_some_and(|(host, _)| host.contains(*letter))
        }
        _ => false,
    }
}

/// `[a-z][a-z0-9-_.]*`, of a name in lower case.
fn is_stage_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.'))
}
