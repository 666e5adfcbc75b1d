//! A time to the second, read and written as in RFC 3339: <https://www.rfc-editor.org/rfc/rfc3339#section-5.6>.
//!
//! By hand because a crate for dates is several times the code, and the browser's module has to stay small.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

const DAY: u64 = 86_400;
/// The first second of the year 10000, which RFC 3339 cannot write.
const END: u64 = 253_402_300_800;
/// Days from the beginning of March of the year 0 to that of 1970.
const EPOCH: u64 = 719_468;

/// A time to the second, written as in RFC 3339: `2026-01-31T23:59:59Z`.
///
/// By default the beginning of 1970, so that digests do not change from day to day. The time of a commit is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Time(u64);

/// A text that is not an RFC 3339 time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not an RFC 3339 time")]
pub struct TimeError;

impl Time {
    /// A time in seconds since the beginning of 1970, UTC; later than the year 9999 is its end.
    #[must_use]
    pub const fn from_unix(seconds: u64) -> Self {
        Self(if seconds < END { seconds } else { END - 1 })
    }

    /// In seconds since the beginning of 1970, UTC.
    #[must_use]
    pub const fn unix(self) -> u64 {
        self.0
    }

    /// The seconds from `earlier` to this; none where that is later.
    #[must_use]
    pub const fn seconds_since(self, earlier: Self) -> Option<u64> {
        self.0.checked_sub(earlier.0)
    }

    /// The day alone: `2026-01-31`.
    #[must_use]
    pub fn date(self) -> String {
        let (year, month, day) = civil(self.0 / DAY);
        format!("{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let second = self.0 % DAY;
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        write!(f, "{}T{hour:02}:{minute:02}:{second:02}Z", self.date())
    }
}

impl FromStr for Time {
    type Err = TimeError;

    /// Reads `2026-01-31T23:59:59.123+01:00` and its like, or a day alone, which is its first second in UTC.
    ///
    /// Fractions of a second are dropped. Times before 1970 become its beginning.
    ///
    /// # Errors
    /// The text is malformed, or the day does not exist.
    fn from_str(text: &str) -> Result<Self, TimeError> {
        let mut text = Cursor(text.as_bytes());
        let (year, month) = (text.digits(4)?, text.after(b"-")?.digits(2)?);
        let day = text.after(b"-")?.digits(2)?;
        if !(1..=12).contains(&month) || !(1..=month_length(year, month)).contains(&day) {
            return Err(TimeError);
        }
        let days = days(year, month, day);
        if text.is_at_end() {
            return Ok(Self::from_unix(days.saturating_sub(EPOCH) * DAY));
        }
        let (hour, minute) = (text.after(b"Tt ")?.digits(2)?, text.after(b":")?.digits(2)?);
        let second = text.after(b":")?.digits(2)?;
        if hour > 23 || minute > 59 || second > 60 {
            return Err(TimeError);
        }
        text.fraction()?;
        let (ahead, offset) = text.offset()?;
        if !text.is_at_end() {
            return Err(TimeError);
        }
        let local = days * DAY + hour * 3600 + minute * 60 + second;
        let utc = if ahead { local.saturating_sub(offset) } else { local + offset };
        Ok(Self::from_unix(utc.saturating_sub(EPOCH * DAY)))
    }
}

/// What is still to be read.
struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn is_at_end(&self) -> bool {
        self.0.is_empty()
    }

    /// A number of so many digits.
    fn digits(&mut self, count: usize) -> Result<u64, TimeError> {
        let (digits, rest) = self.0.split_at_checked(count).ok_or(TimeError)?;
        self.0 = rest;
        digits.iter().try_fold(0, |number, byte| match byte {
            b'0'..=b'9' => Ok(number * 10 + u64::from(byte - b'0')),
            _ => Err(TimeError),
        })
    }

    /// Past one of these characters.
    fn after(&mut self, one_of: &[u8]) -> Result<&mut Self, TimeError> {
        match self.0.split_first() {
            Some((first, rest)) if one_of.contains(first) => {
                self.0 = rest;
                Ok(self)
            }
            _ => Err(TimeError),
        }
    }

    fn fraction(&mut self) -> Result<(), TimeError> {
        if self.after(b".").is_err() {
            return Ok(());
        }
        let digits = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.0 = self.0.get(digits..).unwrap_or_default();
        if digits == 0 { Err(TimeError) } else { Ok(()) }
    }

    /// Whether the clock is ahead of UTC, and by how many seconds.
    fn offset(&mut self) -> Result<(bool, u64), TimeError> {
        if self.after(b"Zz").is_ok() {
            return Ok((false, 0));
        }
        let ahead = self.after(b"+").is_ok();
        if !ahead {
            self.after(b"-")?;
        }
        let (hours, minutes) = (self.digits(2)?, self.after(b":")?.digits(2)?);
        if hours > 23 || minutes > 59 {
            return Err(TimeError);
        }
        Ok((ahead, hours * 3600 + minutes * 60))
    }
}

fn month_length(year: u64, month: u64) -> u64 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since the beginning of March of the year 0, in a calendar whose years begin in March; what lies before is
/// that day.
fn days(year: u64, month: u64, day: u64) -> u64 {
    let Some(year) = (if month > 2 { Some(year) } else { year.checked_sub(1) }) else { return 0 };
    let march_month = (month + 9) % 12;
    let of_year = (153 * march_month + 2) / 5 + day - 1;
    year * 365 + year / 4 - year / 100 + year / 400 + of_year
}

/// The date of a day counted from the beginning of 1970.
fn civil(day: u64) -> (u64, u64, u64) {
    let day = day + EPOCH;
    let (era, of_era) = (day / 146_097, day % 146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn times_are_written_as_in_rfc_3339() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_868_799, "2000-02-29T23:59:59Z"),
            (1_704_067_199, "2023-12-31T23:59:59Z"),
            (1_794_182_405, "2026-11-09T00:00:05Z"),
            (u64::MAX, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(Time::from_unix(seconds).to_string(), text);
        }
    }

    #[test]
    fn the_spellings_of_engines_and_build_tools_are_read() {
        for (text, read) in [
            ("2023-11-14T22:13:20.123456789Z", "2023-11-14T22:13:20Z"),
            ("2023-11-14t22:13:20z", "2023-11-14T22:13:20Z"),
            ("2023-11-14 23:13:20+01:00", "2023-11-14T22:13:20Z"),
            ("2023-11-14T16:43:20-05:30", "2023-11-14T22:13:20Z"),
            ("2024-01-01T00:30:00+01:00", "2023-12-31T23:30:00Z"),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
            ("2024-02-29", "2024-02-29T00:00:00Z"),
            ("0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z"),
            ("0000-01-01", "1970-01-01T00:00:00Z"),
            ("9999-12-31T23:59:59-23:59", "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(text.parse::<Time>().map(|time| time.to_string()), Ok(read.to_owned()), "{text}");
        }
    }

    #[test]
    fn malformed_times_are_rejected() {
        for text in [
            "",
            "2023",
            "2023-11",
            "2023-11-14T",
            "2023-11-14T22:13",
            "2023-11-14T22:13:20",
            "2023-02-29",
            "1900-02-29",
            "2023-13-01",
            "2023-00-01",
            "2023-01-00",
            "2023-04-31",
            "2023-11-14T24:00:00Z",
            "2023-11-14T22:60:00Z",
            "2023-11-14T22:00:61Z",
            "2023-11-14T22:13:20.Z",
            "2023-11-14T22:13:20+1:00",
            "2023-11-14T22:13:20+24:00",
            "2023-11-14T22:13:20Zx",
            "+023-11-14",
            "2023-11-14T22:13:20,5Z",
            "20231114T221320Z",
            "２０２３-11-14",
        ] {
            assert_eq!(text.parse::<Time>(), Err(TimeError), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(seconds in 0..END) {
            let time = Time::from_unix(seconds);
            prop_assert_eq!(time.to_string().parse(), Ok(time));
            prop_assert_eq!(time.date().parse(), Ok(Time::from_unix(seconds / DAY * DAY)));
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,40}", near in "[0-9TZ:.+-]{0,40}") {
            let _ = (text.parse::<Time>(), near.parse::<Time>());
        }
    }
}
