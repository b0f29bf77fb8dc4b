//! The one type of time: UTC, whole milliseconds, printed with three digits and `Z`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

use crate::{Count, Invalid, Leaf};

/// A moment, in UTC and whole milliseconds, in the years 1 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(OffsetDateTime);

impl Timestamp {
    /// The moment, cut down to the millisecond.
    pub fn try_new(time: OffsetDateTime) -> Result<Self, Invalid> {
        let utc = time.checked_to_offset(UtcOffset::UTC).ok_or_else(out_of_range)?;
        if !(1..=9999).contains(&utc.year()) {
            return Err(out_of_range());
        }
        let whole = utc.replace_millisecond(utc.millisecond()).map_err(|_| out_of_range())?;
        Ok(Self(whole))
    }

    /// The moment, cut down to the millisecond and into the years that there are.
    pub fn clamped(time: OffsetDateTime) -> Self {
        Self::try_new(time).unwrap_or(Self(OffsetDateTime::UNIX_EPOCH))
    }

    /// The moment as the `time` crate has it.
    pub fn get(self) -> OffsetDateTime {
        self.0
    }

    /// The moment this much later, or the last there is.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        let later = time::Duration::try_from(span).ok().and_then(|span| self.0.checked_add(span));
        later.and_then(|time| Self::try_new(time).ok()).unwrap_or(self)
    }

    /// How many milliseconds lie between an earlier moment and this; none where it is not earlier.
    #[must_use]
    pub fn since(self, earlier: Self) -> Count {
        let span = (self.0 - earlier.0).whole_milliseconds();
        i64::try_from(span).ok().and_then(|span| Count::try_new(span).ok()).unwrap_or(Count::ZERO)
    }

    /// The time of a write at `now` to a row last written at `self`: never the same, never earlier.
    #[must_use]
    pub fn next(self, now: Self) -> Self {
        now.max(self.plus(Duration::from_millis(1)))
    }
}

fn out_of_range() -> Invalid {
    Invalid::new("range", "must be a time in the years 1 to 9999")
}

impl Leaf for Timestamp {
    type Raw = OffsetDateTime;

    fn parse(raw: OffsetDateTime) -> Result<Self, Invalid> {
        Self::try_new(raw)
    }

    fn raw(&self) -> OffsetDateTime {
        self.0
    }
}

impl FromStr for Timestamp {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let time = OffsetDateTime::parse(text, &Rfc3339)
            .map_err(|_| Invalid::new("format", "must be a time with its offset, like 2026-01-31T09:30:00.000Z"))?;
        Self::try_new(time)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let t = self.0;
        let mut text = *b"0000-00-00T00:00:00.000Z";
        put(&mut text[..4], t.year().unsigned_abs());
        put(&mut text[5..7], u8::from(t.month()).into());
        put(&mut text[8..10], t.day().into());
        put(&mut text[11..13], t.hour().into());
        put(&mut text[14..16], t.minute().into());
        put(&mut text[17..19], t.second().into());
        put(&mut text[20..23], t.millisecond().into());
        f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

/// Writes a number into a place that has room for its digits.
fn put(place: &mut [u8], mut number: u32) {
    for digit in place.iter_mut().rev() {
        *digit = b'0' + u8::try_from(number % 10).unwrap_or_default();
        number /= 10;
    }
}
