//! The text of a key: what is made is read, and whatever else looks like one is not.

use std::collections::HashSet;

use domain::account::KeyText;
use domain::{Secret, Sha256};
use proptest::prelude::*;

use super::config;

fn key() -> impl Strategy<Value = KeyText> {
    any::<[u8; 32]>().prop_map(|random| KeyText::try_new(&Secret::new(random)).unwrap())
}

fn read(text: &str) -> bool {
    KeyText::parse(text).is_ok()
}

proptest! {
    #![proptest_config(config(12_800))]

    #[test]
    fn a_key_is_read_as_it_is_shown(key in key()) {
        let text = key.text().reveal();
        let same = KeyText::parse(text).unwrap();
        prop_assert_eq!(same.digest(), key.digest());
        prop_assert_eq!(key.digest(), Sha256::of(text.as_bytes()));
        prop_assert!(text.starts_with(key.prefix().as_str()) && key.prefix().as_str().len() == 12);
        prop_assert!(text.len() == 51 && text.starts_with("rpg_") && text[4..].bytes().all(|digit| digit.is_ascii_alphanumeric()));
        let shown = format!("{key:?}");
        prop_assert!(!shown.contains(&text[12..]) && !shown.contains(&text[12..45]));
    }

    #[test]
    fn a_key_with_another_letter_is_none(key in key(), at in 0_usize..51, letter in "[0-9A-Za-z_]") {
        let mut text = key.text().reveal().clone();
        let changed = text[at..=at] != letter;
        text.replace_range(at..=at, &letter);
        prop_assert_eq!(read(&text), !changed);
    }

    #[test]
    fn a_key_with_two_letters_exchanged_is_none(key in key(), at in 4_usize..50) {
        let mut letters = key.text().reveal().clone().into_bytes();
        let changed = letters[at] != letters[at + 1];
        letters.swap(at, at + 1);
        prop_assert_eq!(read(std::str::from_utf8(&letters).unwrap()), !changed);
    }

    #[test]
    fn what_is_cut_or_goes_on_is_no_key(key in key(), cut in 0_usize..51, more in "[ -~]{1,3}") {
        let text = key.text().reveal();
        prop_assert!(!read(&text[..cut]) && !read(&text[51 - cut..]));
        let (longer, later) = (format!("{text}{more}"), format!("{more}{text}"));
        prop_assert!(!read(&longer) && !read(&later));
    }

    #[test]
    fn no_text_is_a_key_by_chance(text in any::<String>(), digits in "[0-9A-Za-z]{47}") {
        let alike = format!("rpg_{digits}");
        prop_assert!(!read(&text) && !read(&alike));
    }

    #[test]
    fn every_bit_of_the_secret_counts(random in any::<[u8; 32]>(), bit in 64_usize..256) {
        let mut other = random;
        other[bit / 8] ^= 1 << (bit % 8);
        let keys = [random, other].map(|random| KeyText::try_new(&Secret::new(random)).unwrap());
        let texts: HashSet<_> = keys.iter().map(|key| key.text().reveal().clone()).collect();
        prop_assert_eq!(texts.len(), 2);
        prop_assert_eq!(keys[0].prefix(), keys[1].prefix());
    }
}
