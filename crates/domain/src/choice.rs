//! Enumerations: each value has one name, `UPPER_CASE`, in the database as in the API, and one sentence.

use crate::Leaf;

/// A leaf that is one of a few named values.
pub trait Choice: Leaf<Raw = String> + Copy + Eq {
    /// The enumeration's name.
    const NAME: &'static str;
    /// The enumeration's sentence.
    const SENTENCE: &'static str;
    /// All values, in the order of their declaration.
    const ALL: &'static [Self];

    /// The value's name.
    fn name(self) -> &'static str;

    /// The value's sentence.
    fn sentence(self) -> &'static str;
}

/// Declares an enumeration whose values are leaves: a sentence and a name for each.
#[macro_export]
macro_rules! choice {
    ($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $value_doc:literal])+ $value:ident = $text:literal,)+ }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $($(#[doc = $value_doc])+ $value,)+
        }

        impl $name {
            /// The value's name.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$value => $text,)+
                }
            }
        }

        impl $crate::Choice for $name {
            const NAME: &'static str = stringify!($name);
            const SENTENCE: &'static str = concat!($($doc),+);
            const ALL: &'static [Self] = &[$(Self::$value),+];

            fn name(self) -> &'static str {
                self.as_str()
            }

            fn sentence(self) -> &'static str {
                match self {
                    $(Self::$value => concat!($($value_doc),+),)+
                }
            }
        }

        impl $crate::Leaf for $name {
            type Raw = String;

            fn parse(raw: String) -> std::result::Result<Self, $crate::Invalid> {
                raw.parse()
            }

            fn raw(&self) -> String {
                self.as_str().to_owned()
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::Invalid;

            fn from_str(text: &str) -> std::result::Result<Self, $crate::Invalid> {
                match text {
                    $($text => Ok(Self::$value),)+
                    _ => Err($crate::Invalid::new("known", concat!("must be one of", $(" ", $text),+))),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

choice! {
    /// What to do about a row that is in the way.
    OnConflict {
        /// Refuse, with a CONFLICT that names it.
        Refuse = "REFUSE",
        /// Answer the row that is there.
        ReturnExisting = "RETURN_EXISTING",
    }
}
