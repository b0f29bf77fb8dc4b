//! Cells of a database written straight as JSON, each in the form that the server gives it.

/// The answer that is being written.
#[derive(Debug, Default)]
pub struct Out(pub Vec<u8>);

const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

impl Out {
    /// An answer with room for so much.
    pub fn with_room(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    /// What is JSON already.
    pub fn raw(&mut self, json: &[u8]) {
        self.0.extend_from_slice(json);
    }

    /// The name of a field; the first of an object brings its bracket.
    pub fn name(&mut self, at: usize, name: &str) {
        self.0.push(if at == 0 { b'{' } else { b',' });
        self.0.push(b'"');
        self.raw(name.as_bytes());
        self.raw(b"\":");
    }

    /// A text.
    pub fn text(&mut self, text: &[u8]) {
        if text.iter().all(|byte| *byte >= b' ' && *byte != b'"' && *byte != b'\\') {
            self.0.push(b'"');
            self.raw(text);
            self.0.push(b'"');
        } else {
            let text = String::from_utf8_lossy(text);
            self.value(text.as_ref());
        }
    }

    /// An id: its prefix, and what stands behind it, up to the closing quote.
    pub fn id(&mut self, prefix: &str, uuid: u128) {
        self.open_id(prefix, uuid);
        self.0.push(b'"');
    }

    /// The id of a row that is known by its number under its parent.
    pub fn nth(&mut self, prefix: &str, uuid: u128, number: i64) {
        self.open_id(prefix, uuid);
        self.0.push(b'.');
        self.value(&number);
        self.0.push(b'"');
    }

    fn open_id(&mut self, prefix: &str, uuid: u128) {
        self.0.push(b'"');
        self.raw(prefix.as_bytes());
        self.0.push(b'_');
        let mut digits = [0; 26];
        let mut bits = uuid;
        for digit in digits.iter_mut().rev() {
            *digit = DIGITS[usize::from(u8::try_from(bits & 31).unwrap_or_default())];
            bits >>= 5;
        }
        self.raw(&digits);
    }

    /// A number, or whatever serde writes.
    pub fn value<T: serde::Serialize + ?Sized>(&mut self, value: &T) {
        serde_json::to_writer(&mut self.0, value).expect("it is written to memory");
    }

    /// A moment, in microseconds since 2000.
    pub fn time(&mut self, micros: i64) {
        let millis = micros.div_euclid(1000);
        let (days, millis) = (millis.div_euclid(86_400_000), millis.rem_euclid(86_400_000));
        let (year, month, day) = civil(days + 10_957);
        let two = |number: i64| [b'0' + digit(number / 10), b'0' + digit(number % 10)];
        let (seconds, millis) = (millis / 1000, millis % 1000);
        let mut text = *b"\"0000-00-00T00:00:00.000Z\"";
        text[1..3].copy_from_slice(&two(year / 100));
        text[3..5].copy_from_slice(&two(year % 100));
        text[6..8].copy_from_slice(&two(month));
        text[9..11].copy_from_slice(&two(day));
        text[12..14].copy_from_slice(&two(seconds / 3600));
        text[15..17].copy_from_slice(&two(seconds / 60 % 60));
        text[18..20].copy_from_slice(&two(seconds % 60));
        text[21] = b'0' + digit(millis / 100);
        text[22..24].copy_from_slice(&two(millis % 100));
        self.raw(&text);
    }
}

fn digit(number: i64) -> u8 {
    u8::try_from(number).unwrap_or_default()
}

/// The date so many days after 1970, by the Gregorian calendar.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day = days.rem_euclid(146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let date = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, date)
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    let digits = |byte: &u8| [byte >> 4, byte & 15].map(|digit| char::from(DIGITS[usize::from(digit)]));
    bytes.iter().flat_map(digits).collect()
}

/// The UUID of the id of a client.
pub fn parse_id(id: &str) -> Option<u128> {
    let digits = id.rsplit_once('_')?.1.as_bytes();
    digits.iter().try_fold(0_u128, |bits, digit| {
        let at = DIGITS.iter().position(|known| known == digit)?;
        Some(bits << 5 | u128::try_from(at).ok()?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_as_the_server_writes_it() {
        for (micros, text) in [
            (0, "2000-01-01T00:00:00.000Z"),
            (-1_000, "1999-12-31T23:59:59.999Z"),
            (762_135_015_123_456, "2024-02-25T00:10:15.123Z"),
        ] {
            let mut out = Out::default();
            out.time(micros);
            assert_eq!(String::from_utf8(out.0).unwrap(), format!("\"{text}\""));
        }
    }

    #[test]
    fn an_id_is_written_and_read() {
        let id = crate::world::paper(77);
        let mut out = Out::default();
        out.id("paper", id.uuid().as_u128());
        assert_eq!(String::from_utf8(out.0).unwrap(), format!("\"{id}\""));
        assert_eq!(parse_id(&id.to_string()), Some(id.uuid().as_u128()));
    }
}
