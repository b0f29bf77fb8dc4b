//! How a download is named: always as an attachment, so that no browser shows it as a page of ours.

use axum::http::HeaderValue;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What RFC 5987 lets stand as it is.
const ENCODED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'!').remove(b'#').remove(b'$').remove(b'&').remove(b'+').remove(b'-').remove(b'.');
const ENCODED_TOO: &AsciiSet = &ENCODED.remove(b'^').remove(b'_').remove(b'`').remove(b'|').remove(b'~');

/// The header, with the name in plain ASCII and, where that is not the same, in UTF-8 as well (RFC 6266).
pub(super) fn attachment(name: Option<&str>) -> HeaderValue {
    let Some(name) = name else { return HeaderValue::from_static("attachment") };
    // A percent sign is decoded by some browsers in the plain name, too.
    let plain = |c: char| if c.is_ascii_graphic() && !"\"\\%".contains(c) || c == ' ' { c } else { '_' };
    let ascii: String = name.chars().map(plain).collect();
    let mut text = format!("attachment; filename=\"{ascii}\"");
    if ascii != name {
        text.extend(["; filename*=UTF-8''"].into_iter().chain(utf8_percent_encode(name, ENCODED_TOO)));
    }
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_any_script_are_kept() {
        for (name, header) in [
            ("paper.pdf", "attachment; filename=\"paper.pdf\""),
            ("a b.pdf", "attachment; filename=\"a b.pdf\""),
            ("Über \"x\".pdf", "attachment; filename=\"_ber _x_.pdf\"; filename*=UTF-8''%C3%9Cber%20%22x%22.pdf"),
            ("100%.txt", "attachment; filename=\"100_.txt\"; filename*=UTF-8''100%25.txt"),
            ("論文.pdf", "attachment; filename=\"__.pdf\"; filename*=UTF-8''%E8%AB%96%E6%96%87.pdf"),
        ] {
            assert_eq!(attachment(Some(name)), header);
        }
        assert_eq!(attachment(None), "attachment");
    }
}
