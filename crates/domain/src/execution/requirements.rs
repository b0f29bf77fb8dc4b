//! Requirements: what the environment of a plan is made of, and the digest by which environments are told apart.

use crate::Sha256;
use crate::text::text;

text! {
    /// The text of a `requirements.txt`, with a line for each requirement.
    Requirements(0..=1_000_000);
}

impl Requirements {
    /// The digest of the environment: of the lines without the white space around them, without those that are empty
    /// then, sorted by their bytes, each ended by LF.
    pub fn env_hash(&self) -> Sha256 {
        let mut lines: Vec<&str> = self.as_str().lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        lines.sort_unstable();
        let text: String = lines.iter().flat_map(|line| [line, "\n"]).collect();
        Sha256::of(text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(text: &str) -> String {
        Requirements::try_new(text).unwrap().env_hash().as_str().to_owned()
    }

    /// As `printf 'numpy==1.26.4\ntorch==2.2.0\n' | sha256sum` has them.
    #[test]
    fn the_digests_are_those_of_other_tools() {
        assert_eq!(hash(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(hash(" \r\n\t\n"), hash(""));
        assert_eq!(hash("torch==2.2.0\n\n  numpy==1.26.4  \r\n"), NUMPY_AND_TORCH);
        assert_eq!(hash("numpy==1.26.4\ntorch==2.2.0"), NUMPY_AND_TORCH);
        assert_eq!(hash("b\nB\na\né"), CAPITALS_FIRST);
    }

    const NUMPY_AND_TORCH: &str = "80525b2ad66fc29f5111146cb7bb0e5000d5523c6ab0d89f27ae1c371a876fe9";
    const CAPITALS_FIRST: &str = "926c0294d4226dbf02781b98236c58425580fb243a013106cd652d729f729f22";
}
