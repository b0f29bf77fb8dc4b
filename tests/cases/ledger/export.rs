//! What is exported can be verified elsewhere, with nothing but the key: by the rules that the documents give.

use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map, Value};
use storage::ledger::{export, project_named};
use tests::database::Kind;
use tests::names;

use super::changed;

/// The HMAC as `docs/OPERATIONS.md` has it.
fn mac(what: &str, value: &Value) -> String {
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&[7; 32]).unwrap();
    mac.update(format!("{what}\n{}", serde_json_canonicalizer::to_string(value).unwrap()).as_bytes());
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn without(line: &Map<String, Value>, names: &[&str]) -> Map<String, Value> {
    line.iter()
        .filter(|(name, _)| !names.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

#[tokio::test]
async fn an_export_is_verified_by_the_documented_rules() {
    for kind in Kind::ALL {
        let Some(app) = changed(kind).await else { continue };
        let mut lines = Vec::new();
        let exported = export(&app.store, None, |line| {
            lines.push(line.as_object().unwrap().clone());
            Ok(())
        })
        .await
        .unwrap();
        assert_eq!(exported.heads, 4, "{kind:?}");
        let mut previous: BTreeMap<String, Value> = BTreeMap::new();
        for line in &lines {
            if line["kind"] == "head" {
                assert_eq!(mac("head", &without(line, &["kind", "seal"]).into()), line["seal"], "{line:?}");
                continue;
            }
            for row in ["before", "after"] {
                let digest = line[row].as_object().map(|row| mac("row", &row.clone().into()));
                assert_eq!(line[&format!("{row}_digest")], Value::from(digest), "{line:?}");
            }
            let last = previous.entry(line["head_id"].to_string()).or_default();
            let mut said = without(line, &["kind", "before", "after", "hash"]);
            said.insert("previous".into(), last.take());
            assert_eq!(mac("entry", &said.into()), line["hash"], "{line:?}");
            *last = line["hash"].clone();
        }
        assert_eq!(exported.heads + exported.entries, u64::try_from(lines.len()).unwrap());
    }
}

#[tokio::test]
async fn one_project_is_exported_by_its_slug_or_its_id() {
    for kind in Kind::ALL {
        let Some(app) = changed(kind).await else { continue };
        let id = names::id::<domain::project::Project>("alpha");
        for named in ["alpha".to_owned(), id.to_string()] {
            let project = project_named(&app.store, &named).await.unwrap();
            assert_eq!(project, Some(id));
            let exported = export(&app.store, project, |line| {
                assert_eq!(line["project_id"], id.uuid().to_string());
                Ok(())
            });
            let exported = exported.await.unwrap();
            assert!(exported.heads == 1 && exported.entries > 20, "{exported:?}");
        }
        assert_eq!(project_named(&app.store, "nothing").await.unwrap(), None);
    }
}
