//! Text newtypes: each says once how long it may be and what form it has; all refuse NUL.

use crate::{Invalid, Leaf};

/// A name with its article: `an upload`, `a unit mode`.
pub fn with_article(name: &str) -> String {
    let begins = |beginning: &str| name.get(..beginning.len()).is_some_and(|own| own.eq_ignore_ascii_case(beginning));
    let article = if ["a", "e", "i", "o", "up"].into_iter().any(begins) { "an" } else { "a" };
    format!("{article} {name}")
}

/// Declares text newtypes: a sentence, a name, the allowed length in characters, and how the text is normalised and
/// checked beyond that.
macro_rules! text {
    ($($(#[$doc:meta])* $name:ident($min:literal..=$max:literal $(, $form:path)?);)+) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The longest that it may be, in characters.
            pub const MAX: usize = $max;

            /// Checks the text, and normalises it where the type has a normal form.
            pub fn try_new(text: impl Into<String>) -> Result<Self, $crate::Invalid> {
                let text = text.into();
                $(let text = $form(&text)?;)?
                $crate::text::check_length(&text, $min, $max)?;
                Ok(Self(text))
            }

            /// The text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl $crate::Leaf for $name {
            type Raw = String;

            fn parse(raw: String) -> Result<Self, $crate::Invalid> {
                Self::try_new(raw)
            }

            fn raw(&self) -> String {
                self.0.clone()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::Invalid;

            fn from_str(text: &str) -> Result<Self, $crate::Invalid> {
                Self::try_new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::Invalid;

            fn try_from(text: String) -> Result<Self, $crate::Invalid> {
                Self::try_new(text)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }
    )+ };
}
pub(crate) use text;

text! {
    /// What a thing is called, in one line.
    Title(1..=500, one_line);
    /// A short name, in one line.
    Name(1..=200, one_line);
    /// A short technical name, as papers and programs write them: `SST-2`, `accuracy`, `%`.
    Label(1..=200, one_line);
    /// Where in a paper something stands: `Table 1, p.3`.
    Citation(1..=1000, one_line);
    /// Text of some paragraphs.
    Prose(1..=100_000, not_blank);
    /// The text of a whole document.
    LongText(1..=1_000_000);
    /// A name for addresses: small letters, digits and single hyphens.
    Slug(1..=63, slug);
    /// An absolute `http` or `https` address.
    WebUrl(1..=2048, web_url);
    /// The address that a provider of sign-ins issues tokens under.
    Issuer(1..=1024, issuer);
    /// Who somebody is at a provider of sign-ins.
    Subject(1..=255, subject);
    /// The address of a repository, in any form that version control takes.
    RepositoryUrl(1..=2048, repository_url);
    /// A media type: `application/pdf`.
    MediaType(3..=127, media_type);
    /// The name of a file, without folders.
    FileName(1..=255, file_name);
    /// A relative path below some folder: `checkpoints/step-100.bin`.
    RelativePath(1..=1024, relative_path);
    /// Where an object is stored.
    StoragePath(1..=2048, relative_path);
    /// The e-mail address of an account.
    Email(3..=254, email);
    /// What a client says of itself.
    UserAgent(1..=500, one_line);
    /// The beginning of a key, by which people know it.
    KeyPrefix(4..=32, one_line);
    /// The name of who acts, within their kind: an id, or the name of a task.
    ActorName(1..=200);
    /// The id of a request.
    RequestId(1..=200);
    /// The name of a table.
    TableName(1..=63, table_name);
}

/// Refuses NUL and a length outside of the bounds, counted in characters.
pub(crate) fn check_length(text: &str, min: usize, max: usize) -> Result<(), Invalid> {
    if text.contains('\0') {
        return Err(Invalid::new("nul", "must not contain the character NUL"));
    }
    match text.chars().count() {
        0 if min > 0 => Err(Invalid::new("length", "must not be empty")),
        count if count < min => {
            Err(Invalid::new("length", format!("must have at least {min} characters, not {count}")))
        }
        count if count > max => Err(Invalid::new("length", format!("must have at most {max} characters, not {count}"))),
        _ => Ok(()),
    }
}

fn not_blank(text: &str) -> Result<String, Invalid> {
    if !text.is_empty() && text.trim().is_empty() {
        return Err(Invalid::new("blank", "must not be blank"));
    }
    Ok(text.to_owned())
}

pub(crate) fn one_line(text: &str) -> Result<String, Invalid> {
    if text.chars().any(|c| c.is_control() && c != '\0') {
        return Err(Invalid::new("line", "must be one line without control characters"));
    }
    not_blank(text)
}

fn slug(text: &str) -> Result<String, Invalid> {
    let words = |text: &str| {
        text.split('-')
            .all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()))
    };
    if text.is_empty() || words(text) {
        Ok(text.to_owned())
    } else {
        Err(Invalid::new("format", "must be small letters and digits, in words joined by single hyphens"))
    }
}

fn table_name(text: &str) -> Result<String, Invalid> {
    let known = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    if text.starts_with(|c: char| c.is_ascii_lowercase()) && text.bytes().all(known) {
        Ok(text.to_owned())
    } else {
        Err(Invalid::new("format", "must be the name of a table, like projects"))
    }
}

fn web_url(text: &str) -> Result<String, Invalid> {
    let web = text.starts_with("https://") || text.starts_with("http://");
    if web && validator::ValidateUrl::validate_url(&text) {
        no_spaces(text)
    } else {
        Err(Invalid::new("format", "must be an address that begins with http:// or https://"))
    }
}

pub(crate) fn no_spaces(text: &str) -> Result<String, Invalid> {
    if text.chars().any(|c| c.is_whitespace() || (c.is_control() && c != '\0')) {
        return Err(Invalid::new("format", "must not contain spaces or control characters"));
    }
    Ok(text.to_owned())
}

/// The most bytes of a text that is unique in a table: an index of PostgreSQL takes no more than some 2,700.
const MOST_BYTES: usize = 2048;

fn check_bytes(text: String, most: usize) -> Result<String, Invalid> {
    if text.len() > most {
        return Err(Invalid::new("length", format!("must have at most {most} bytes, not {}", text.len())));
    }
    Ok(text)
}

fn repository_url(text: &str) -> Result<String, Invalid> {
    check_bytes(no_spaces(text)?, MOST_BYTES)
}

// These two are unique together.
fn issuer(text: &str) -> Result<String, Invalid> {
    check_bytes(web_url(text)?, Issuer::MAX)
}

fn subject(text: &str) -> Result<String, Invalid> {
    check_bytes(one_line(text)?, Subject::MAX)
}

fn media_type(text: &str) -> Result<String, Invalid> {
    let text = text.to_ascii_lowercase();
    let token =
        |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b));
    match text.split_once('/') {
        Some((kind, subtype)) if token(kind) && token(subtype) => Ok(text),
        _ => Err(Invalid::new("format", "must be a media type like application/pdf, without parameters")),
    }
}

fn file_name(text: &str) -> Result<String, Invalid> {
    if text.contains(['/', '\\']) || text == "." || text == ".." {
        return Err(Invalid::new("format", "must be the name of a file, without folders"));
    }
    one_line(text)
}

fn relative_path(text: &str) -> Result<String, Invalid> {
    let sound = |part: &str| !part.is_empty() && part != "." && part != "..";
    if text.contains('\\') || !text.split('/').all(sound) {
        return Err(Invalid::new(
            "format",
            "must be a relative path with / between its parts, without . and .. among them",
        ));
    }
    check_bytes(one_line(text)?, MOST_BYTES)
}

fn email(text: &str) -> Result<String, Invalid> {
    if validator::ValidateEmail::validate_email(&text) {
        Ok(text.to_owned())
    } else {
        Err(Invalid::new("format", "must be an e-mail address"))
    }
}

impl Title {
    /// The same title with a number behind it, cut so that it fits.
    #[must_use]
    pub fn numbered(&self, number: i64) -> Self {
        let number = format!(" #{number}");
        let room = Self::MAX.saturating_sub(number.len());
        Self(self.0.chars().take(room).chain(number.chars()).collect())
    }
}

impl Email {
    /// The form in which addresses are compared: lower case as Unicode has it.
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }
}

impl Leaf for String {
    type Raw = Self;

    fn parse(raw: Self) -> Result<Self, Invalid> {
        check_length(&raw, 0, usize::MAX)?;
        Ok(raw)
    }

    fn raw(&self) -> Self {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unique_is_no_longer_than_an_index_takes() {
        assert!(RepositoryUrl::try_new("é".repeat(1024)).is_ok());
        assert!(RepositoryUrl::try_new("é".repeat(1025)).is_err());
        assert!(RelativePath::try_new("語".repeat(682)).is_ok());
        assert!(RelativePath::try_new("語".repeat(683)).is_err());
        assert!(Issuer::try_new(format!("https://example.org/{}", "é".repeat(502))).is_ok());
        assert!(Issuer::try_new(format!("https://example.org/{}", "é".repeat(503))).is_err());
        assert!(Subject::try_new("é".repeat(127)).is_ok());
        assert!(Subject::try_new("é".repeat(128)).is_err());
    }
}
