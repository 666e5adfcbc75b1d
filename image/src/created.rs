//! When an image says that it was made.

use std::fmt;

const DAY: u64 = 86_400;
/// The first second of the year 10000, which RFC 3339 cannot write.
const END: u64 = 253_402_300_800;

/// A time to the second, written as in RFC 3339: `2026-01-31T23:59:59Z`.
///
/// By default the beginning of 1970: a digest that the day changes is none. The time of a commit is a better
/// one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Created(u64);

impl Created {
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
}

impl fmt::Display for Created {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil(self.0 / DAY);
        let second = self.0 % DAY;
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

/// The date of a day counted from the beginning of 1970, in a calendar whose years begin in March.
fn civil(day: u64) -> (u64, u64, u64) {
    let day = day + 719_468;
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
    use super::Created;

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
            assert_eq!(Created::from_unix(seconds).to_string(), text);
        }
    }
}
