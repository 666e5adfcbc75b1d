//! Structured input as bytes: parts one after another, written by `npm/src/request.js`.
//!
//! A part is a byte that says what follows: `0` nothing, `1` a length (`u32`, little-endian) and that many bytes,
//! `2` a number (`f64`, little-endian). One buffer costs one copy, whatever it holds; objects would cost a call
//! across the border for every key.

use start_points::files::{FileEntry, NonRegular};

use crate::failure::JsFailure;

/// The parts that are still unread.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    rest: &'a [u8],
}

enum Part<'a> {
    Nothing,
    Bytes(&'a [u8]),
    Number(f64),
}

impl<'a> Request<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Whether everything was read.
    pub(crate) const fn is_read(&self) -> bool {
        self.rest.is_empty()
    }

    pub(crate) fn bytes(&mut self) -> Result<&'a [u8], JsFailure> {
        self.optional_bytes()?.ok_or_else(malformed)
    }

    pub(crate) fn optional_bytes(&mut self) -> Result<Option<&'a [u8]>, JsFailure> {
        match self.part()? {
            Part::Nothing => Ok(None),
            Part::Bytes(bytes) => Ok(Some(bytes)),
            Part::Number(_) => Err(malformed()),
        }
    }

    pub(crate) fn text(&mut self) -> Result<&'a str, JsFailure> {
        std::str::from_utf8(self.bytes()?).map_err(|_| malformed())
    }

    pub(crate) fn optional_text(&mut self) -> Result<Option<&'a str>, JsFailure> {
        let bytes = self.optional_bytes()?;
        bytes.map(|bytes| std::str::from_utf8(bytes).map_err(|_| malformed())).transpose()
    }

    /// A count or an offset; any other number becomes the nearest one.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "`as` saturates, which is what is wanted"
    )]
    pub(crate) fn number(&mut self) -> Result<u64, JsFailure> {
        match self.part()? {
            Part::Number(number) => Ok(number as u64),
            Part::Nothing | Part::Bytes(_) => Err(malformed()),
        }
    }

    pub(crate) fn offset(&mut self) -> Result<usize, JsFailure> {
        Ok(usize::try_from(self.number()?).unwrap_or(usize::MAX))
    }

    /// A word that one of the engine's types reads.
    pub(crate) fn word<T>(&mut self) -> Result<Option<T>, JsFailure>
    where
        T: std::str::FromStr<Err: std::fmt::Display>,
    {
        let word = self.optional_text()?;
        word.map(|word| {
            word.parse().map_err(|error: T::Err| JsFailure::new("unknown-word", error.to_string()))
        })
        .transpose()
    }

    /// A file: its content, its size, or what it is otherwise.
    pub(crate) fn entry(&mut self) -> Result<FileEntry, JsFailure> {
        match self.part()? {
            Part::Bytes(content) => Ok(FileEntry::Content(content.to_vec())),
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "`as` saturates, which is what is wanted"
            )]
            Part::Number(size) => Ok(FileEntry::Size(size as u64)),
            Part::Nothing => {
                let word = self.text()?;
                NonRegular::from_word(word).map(FileEntry::Other).ok_or_else(|| {
                    let known = NonRegular::ALL.map(NonRegular::as_str).join("`, `");
                    JsFailure::new(
                        "unknown-word",
                        format!("unknown word `{word}`; expected one of `{known}`"),
                    )
                })
            }
        }
    }

    fn part(&mut self) -> Result<Part<'a>, JsFailure> {
        match self.take(1)? {
            [0] => Ok(Part::Nothing),
            [1] => {
                let length = u32::from_le_bytes(self.array()?);
                Ok(Part::Bytes(self.take(usize::try_from(length).map_err(|_| malformed())?)?))
            }
            [2] => Ok(Part::Number(f64::from_le_bytes(self.array()?))),
            _ => Err(malformed()),
        }
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], JsFailure> {
        self.take(N)?.try_into().map_err(|_| malformed())
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], JsFailure> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or_else(malformed)?;
        self.rest = rest;
        Ok(taken)
    }
}

/// The package writes no such request; only a caller of the bare module can.
#[cold]
pub(crate) fn malformed() -> JsFailure {
    JsFailure::new("malformed-request", "the request to the engine is malformed")
}
