//! Leaves of the domain: what is printed is read again, what has a normal form keeps it, what is refused is refused.

use domain::json::parse_strictly;
use domain::literature::{ArxivId, Doi, Paper};
use domain::text::{Name, Prose, RelativePath, Slug, Title};
use domain::{Id, Json, Leaf, Sha256, Timestamp};
use proptest::prelude::*;
use serde_json::Value;
use storage::Cursor;

use super::config;

fn id() -> impl Strategy<Value = Id<Paper>> {
    (0_u64..1 << 48, any::<[u8; 10]>()).prop_map(|(millis, random)| {
        Id::try_new(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()).unwrap()
    })
}

/// JSON as clients send it: any depth, any text but NUL, numbers that an `i64` or an `f64` holds.
fn json() -> impl Strategy<Value = Value> {
    let text = any::<String>().prop_map(|text| text.replace('\0', ""));
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e15..1e15_f64).prop_map(Value::from),
        text.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::btree_map(text.clone(), inner, 0..6)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

proptest! {
    #![proptest_config(config(25_600))]

    #[test]
    fn an_id_is_read_as_it_is_printed(id in id()) {
        let text = id.to_string();
        prop_assert_eq!(text.parse::<Id<Paper>>().unwrap(), id);
        prop_assert!(text.starts_with("paper_") && text.len() == 32);
        prop_assert!(text.replace("paper", "claim").parse::<Id<Paper>>().is_err());
    }

    #[test]
    fn ids_sort_as_their_texts_do(a in id(), b in id()) {
        prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
    }

    #[test]
    fn no_text_is_an_id_by_chance(text in any::<String>()) {
        if let Ok(id) = text.parse::<Id<Paper>>() {
            prop_assert_eq!(id.to_string(), text);
        }
    }

    #[test]
    fn a_time_is_read_as_it_is_printed_and_sorts_as_its_text(a in -62_135_596_800_000_i64..253_402_300_800_000, b in -62_135_596_800_000_i64..253_402_300_800_000) {
        let at = |millis: i64| Timestamp::try_new(time::OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000).unwrap()).unwrap();
        let (a, b) = (at(a), at(b));
        prop_assert_eq!(a.to_string().parse::<Timestamp>().unwrap(), a);
        prop_assert_eq!(a.to_string().len(), 24);
        prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
        prop_assert!(a.next(b) > a && a.next(b) >= b);
    }

    #[test]
    fn a_doi_in_its_normal_form_stays_so(given in "(https://doi[.]org/|doi:|DOI:)?10\\.[0-9]{4,6}/[a-zA-Z0-9._()/-]{1,20}") {
        let doi = Doi::try_new(given).unwrap();
        prop_assert_eq!(&Doi::try_new(doi.as_str()).unwrap(), &doi);
        prop_assert_eq!(doi.as_str(), doi.as_str().to_lowercase());
    }

    #[test]
    fn whatever_is_taken_as_a_doi_is_one_again(given in any::<String>()) {
        if let Ok(doi) = Doi::try_new(given) {
            prop_assert_eq!(&Doi::try_new(doi.as_str()).unwrap(), &doi);
        }
    }

    #[test]
    fn an_arxiv_id_in_its_normal_form_stays_so(given in "(arXiv:|https://arxiv[.]org/abs/)?([0-9]{4}\\.[0-9]{4,5}|[a-z]{2,4}-[a-z]{2,4}/[0-9]{7})(v[1-9])?") {
        let id = ArxivId::try_new(given).unwrap();
        prop_assert_eq!(&ArxivId::try_new(id.as_str()).unwrap(), &id);
    }

    #[test]
    fn lengths_are_counted_in_characters(text in "\\PC{0,600}") {
        let count = text.chars().count();
        prop_assert_eq!(Title::try_new(text.as_str()).is_ok(), (1..=500).contains(&count) && !text.trim().is_empty());
        prop_assert_eq!(Name::try_new(text.as_str()).is_ok(), (1..=200).contains(&count) && !text.trim().is_empty());
    }

    #[test]
    fn no_text_holds_a_nul(before in any::<String>(), after in any::<String>()) {
        let text = format!("{before}\0{after}");
        prop_assert!(Title::try_new(text.as_str()).is_err());
        prop_assert!(Prose::try_new(text.as_str()).is_err());
        prop_assert!(String::parse(text).is_err());
    }

    #[test]
    fn a_relative_path_stays_below_its_folder(text in "[a-z./\\\\]{0,12}") {
        if let Ok(path) = RelativePath::try_new(text) {
            prop_assert!(path.as_str().split('/').all(|part| !part.is_empty() && part != "." && part != ".."));
        }
    }

    #[test]
    fn a_slug_is_words_joined_by_hyphens(text in "[a-z0-9-]{0,12}") {
        let sound = !text.is_empty() && text.split('-').all(|word| !word.is_empty());
        prop_assert_eq!(Slug::try_new(text).is_ok(), sound);
    }

    #[test]
    fn json_is_read_as_it_is_written(value in json()) {
        let text = value.to_string();
        let read = parse_strictly(&text).unwrap();
        prop_assert_eq!(&read, &value);
        let kept = Json::try_new(read).unwrap();
        prop_assert_eq!(kept.value(), &value);
    }

    #[test]
    fn a_key_that_stands_twice_is_refused_wherever_it_is(value in json(), key in "[a-z]{1,4}") {
        let text = format!(r#"{{"a": [{{"{key}": {value}, "{key}": 1}}]}}"#);
        prop_assert!(parse_strictly(&text).is_err());
    }

    #[test]
    fn equal_json_has_one_digest(members in proptest::collection::btree_map("[a-zé]{1,4}", -1000_i64..1000, 0..8)) {
        let forward: Vec<String> = members.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
        let backward: Vec<String> = members.iter().rev().map(|(key, value)| format!("\"{key}\" : {value}.0")).collect();
        let digest = |parts: Vec<String>| Sha256::of_json(&Json::try_new(parse_strictly(&format!("{{{}}}", parts.join(","))).unwrap()).unwrap()).unwrap();
        prop_assert_eq!(digest(forward), digest(backward));
    }

    #[test]
    fn no_text_breaks_the_reading_of_cursors(text in any::<String>()) {
        if let Ok(cursor) = Cursor::parse(&text) {
            prop_assert_eq!(Cursor::parse(&cursor.to_string()).unwrap(), cursor);
        }
    }

    #[test]
    fn a_cursor_is_read_as_it_is_printed(key in json(), id in id(), order in "[A-Z_]{1,20}") {
        use base64::Engine;
        let given = serde_json::json!([order, key, id.uuid().simple().to_string()]).to_string();
        let cursor = Cursor::parse(&base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(given)).unwrap();
        prop_assert_eq!(Cursor::parse(&cursor.to_string()).unwrap(), cursor);
    }
}
