//! The digest of an environment depends on its requirements alone, not on how they are written down.

use domain::execution::Requirements;
use proptest::prelude::*;

use super::config;

fn hash(text: &str) -> String {
    Requirements::try_new(text).unwrap().env_hash().as_str().to_owned()
}

proptest! {
    #![proptest_config(config(10_000))]

    #[test]
    fn order_and_white_space_do_not_matter(
        lines in prop::collection::vec("[a-zA-Z0-9=.é字-]{1,8}", 0..12),
        spaces in prop::collection::vec("[ \t]{0,3}", 12),
        shift in 0_usize..12,
    ) {
        let mut turned = lines.clone();
        let by = shift % turned.len().max(1);
        turned.rotate_left(by);
        let spaced: String =
            turned.iter().zip(&spaces).flat_map(|(line, space)| [space, line.as_str(), space, "\r\n\n"]).collect();
        prop_assert_eq!(hash(&lines.join("\n")), hash(&spaced));
    }

    #[test]
    fn another_line_is_another_environment(
        lines in prop::collection::vec("[a-z=.]{1,8}", 0..6),
        more in "[a-z=.]{1,8}",
    ) {
        let plain = lines.join("\n");
        let longer = format!("{plain}\n{more}");
        prop_assert_ne!(hash(&plain), hash(&longer));
    }
}
