//! `reprograph doctor`: says what it finds, and what is wrong in words that tell what to do. It changes nothing but a
//! test object that it removes again, and ends with 1 when something is wrong.

use std::sync::Arc;

use storage::about::{About, Extension};
use storage::{Dialect, Pools, Store};

use super::database::{open, words};
use super::exit::{Exit, Trouble};
use super::migrate::must_exist;
use super::say::say;
use super::serve::open_objects;
use crate::key_file::{self, AUDIT, KeyPlace, others_can_read};
use crate::progress::Progress;
use crate::seams::{SystemClock, SystemIds, SystemRandomness};
use crate::settings::{ObjectsPlace, Settings, named_like};
use domain::ledger::AuditKey;

/// Something that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Finding {
    /// It is as it should be.
    Fine(String),
    /// It is not wrong, but good to know.
    Note(String),
    /// It is wrong: what, and what to do.
    Wrong(String),
}

pub(super) async fn doctor(settings: &Settings) -> Result<Exit, Trouble> {
    let mut findings = vec![Finding::Fine(format!("reprograph {}", env!("CARGO_PKG_VERSION")))];
    let pools = match look_at_database(settings, &mut findings).await {
        Ok(pools) => Some(pools),
        Err(why) => {
            findings.push(Finding::Wrong(why.why));
            None
        }
    };
    findings.extend(look_at_key(settings, pools.as_ref()).await);
    findings.push(look_at_objects(settings).await);
    if let Some(pools) = pools {
        findings.extend(look_at_rows(settings, &pools).await);
        // A connection that does not close properly closes with the process.
        let _ = pools.close().await;
    }
    for finding in &findings {
        match finding {
            Finding::Fine(text) => say(format_args!("ok     {text}")),
            Finding::Note(text) => say(format_args!("note   {text}")),
            Finding::Wrong(text) => say(format_args!("WRONG  {text}")),
        }?;
    }
    let wrong = findings.iter().any(|finding| matches!(finding, Finding::Wrong(_)));
    Ok(if wrong { Exit::Failed } else { Exit::Fine })
}

async fn look_at_database(settings: &Settings, findings: &mut Vec<Finding>) -> Result<Pools, Trouble> {
    let database = &settings.database;
    must_exist(database)?;
    let pools = open(database, &database.connect()?).await?;
    let about = storage::about::about(&pools).await.map_err(|why| words(&why))?;
    findings.extend(database_findings(&database.name(), &about));
    let status = migration::status(pools.readers()).await.map_err(|why| why.to_string())?;
    findings.push(schema_finding(&status, about.dialect));
    Ok(pools)
}

/// The oldest PostgreSQL that has all we use.
const OLDEST: i32 = 150_000;

fn database_findings(name: &str, about: &About) -> Vec<Finding> {
    let version = &about.version;
    match about.dialect {
        Dialect::Sqlite => {
            let mode = about.journal_mode.as_deref().unwrap_or("no");
            let journal = if mode == "wal" {
                Finding::Fine("the journal is a write-ahead log".into())
            } else {
                Finding::Wrong(format!(
                    "the journal is kept in mode {mode} and not as a write-ahead log: put the database on a local disk, \
                     since network file systems do not have it"
                ))
            };
            vec![Finding::Fine(format!("{name}, version {version}")), journal]
        }
        Dialect::Postgres if about.number < OLDEST => {
            vec![Finding::Wrong(format!("PostgreSQL {version} at {name} is too old: 15 or later is needed"))]
        }
        Dialect::Postgres => {
            let found = Finding::Fine(format!("PostgreSQL {version} at {name}"));
            let extensions = ["timescaledb", "vector"].map(|name| extension_finding(name, &about.extensions));
            std::iter::once(found).chain(extensions).collect()
        }
    }
}

fn extension_finding(name: &str, extensions: &[Extension]) -> Finding {
    let Some(extension) = extensions.iter().find(|extension| extension.name == name) else {
        return Finding::Note(format!("the extension {name} is not installed on the server; all works without it"));
    };
    match (&extension.installed, extension.usable) {
        (Some(version), true) => Finding::Fine(format!("the extension {name} {version} is there")),
        (Some(_), false) => Finding::Wrong(format!(
            "the extension {name} was created, but the server does not load it: add it to shared_preload_libraries and \
             restart PostgreSQL"
        )),
        (None, true) => Finding::Note(format!("the extension {name} could be created; all works without it")),
        (None, false) => Finding::Note(format!(
            "the extension {name} is on the server but not in shared_preload_libraries; all works without it"
        )),
    }
}

fn schema_finding(status: &migration::Status, dialect: Dialect) -> Finding {
    if !status.unknown.is_empty() {
        let steps = status.unknown.join(", ");
        return Finding::Wrong(format!(
            "the database was migrated by a newer reprograph ({steps}): use that one, or restore an older backup"
        ));
    }
    if status.pending.is_empty() {
        return Finding::Fine(format!("the schema is up to date: {} steps", status.applied.len()));
    }
    let steps = status.pending.join(", ");
    let pending = format!("migrations are pending ({steps})");
    match dialect {
        Dialect::Sqlite => {
            Finding::Note(format!("{pending}: `reprograph serve` takes them, and copies the file before"))
        }
        Dialect::Postgres => Finding::Wrong(format!("{pending}: run `reprograph migrate up`")),
    }
}

async fn look_at_key(settings: &Settings, pools: Option<&Pools>) -> Vec<Finding> {
    let found = match AUDIT.find(settings.audit.audit_key.as_ref(), &settings.database) {
        Err(why) => Finding::Wrong(why),
        Ok(KeyPlace::Found(_)) => Finding::Fine("the audit key is there".into()),
        Ok(KeyPlace::InMemory) => Finding::Note("the audit key goes with the database, which is in memory".into()),
        Ok(KeyPlace::ToBeMade(path)) => match pools {
            Some(pools) if storage::about::has_audit(pools).await.unwrap_or(false) => Finding::Wrong(format!(
                "the database has an audit chain, but its key is missing: put {} back where it was",
                path.display()
            )),
            _ => Finding::Note("there is no audit key yet: the first start makes one".into()),
        },
    };
    // One that was given may be mounted by something that keeps it safe in its own way; this one is ours.
    let ours = settings.audit.audit_key.is_none().then(|| settings.database.sqlite_file()).flatten();
    let ours = ours.map(|database| named_like(&database, AUDIT.ending)).filter(|file| others_can_read(file));
    let open = ours.map(|file| {
        Finding::Wrong(format!("others can read the audit key in {0}: run `chmod 600 {0}`", file.display()))
    });
    std::iter::once(found).chain(open).collect()
}

async fn look_at_objects(settings: &Settings) -> Finding {
    if let ObjectsPlace::Folder(folder) = settings.objects_place()
        && !folder.exists()
    {
        return Finding::Note(format!(
            "the folder {} for files is not there yet: the first start makes it",
            folder.display()
        ));
    }
    let objects = match open_objects(settings) {
        Ok(objects) => objects,
        Err(why) => return Finding::Wrong(why.why),
    };
    match objects.check().await {
        Ok(()) => Finding::Fine(format!("files can be stored in {}", objects.name())),
        Err(why) => Finding::Wrong(format!("objects: files cannot be stored in {}: {why}", objects.name())),
    }
}

/// How many findings of one kind are told; the rest is counted.
const MOST: usize = 20;

/// Reads every row, and compares the rows with the objects that they name; only where the schema is ours.
async fn look_at_rows(settings: &Settings, pools: &Pools) -> Vec<Finding> {
    let current = migration::status(pools.readers()).await;
    if !current.is_ok_and(|status| status.pending.is_empty() && status.unknown.is_empty()) {
        return Vec::new();
    }
    match rows_and_objects(settings, pools).await {
        Ok(found) if found.is_empty() => vec![Finding::Fine("all rows keep their rules, and have their files".into())],
        Ok(found) => told(&found),
        Err(why) => vec![Finding::Wrong(why.why)],
    }
}

async fn rows_and_objects(settings: &Settings, pools: &Pools) -> Result<Vec<storage::doctor::Finding>, Trouble> {
    let key = AuditKey::new(*key_file::random()?.reveal());
    let store = Store::new(pools.clone(), Arc::new(SystemClock), Arc::new(SystemIds), Arc::new(SystemRandomness), key);
    let _progress = Progress::unmeasured("reading every row");
    let mut found = storage::doctor::corrupt_rows(&store).await.map_err(|why| words(&why))?;
    let none_yet = matches!(settings.objects_place(), ObjectsPlace::Folder(folder) if !folder.exists());
    if !none_yet {
        let objects = open_objects(settings)?;
        found.extend(storage::doctor::objects(&store, &objects).await.map_err(|why| words(&why))?);
    }
    Ok(found)
}

fn told(found: &[storage::doctor::Finding]) -> Vec<Finding> {
    let told = found.iter().take(MOST).map(|finding| Finding::Wrong(in_words(finding)));
    let rest = found.len().saturating_sub(MOST);
    let more = (rest > 0).then(|| Finding::Wrong(format!("and {rest} more of these")));
    told.chain(more).collect()
}

fn in_words(finding: &storage::doctor::Finding) -> String {
    use storage::doctor::Finding::{CorruptRow, ObjectWithoutRow, RowWithoutObject};
    match finding {
        CorruptRow { table, id, why } => {
            format!("the row {id} in {table} breaks a rule ({why}): mend it in SQL, or restore it from a backup")
        }
        ObjectWithoutRow(path) => {
            format!("no row names the file {path}: delete it, or keep it elsewhere if it is not ours")
        }
        RowWithoutObject { table, path } => {
            format!("a row in {table} names the file {path}, which is gone: restore it from a backup")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_schema_is_wrong_and_a_pending_step_says_what_to_do() {
        let status = |applied: &[&str], pending: &[&str], unknown: &[&str]| {
            let owned = |steps: &[&str]| steps.iter().map(|step| (*step).to_owned()).collect();
            migration::Status { applied: owned(applied), pending: owned(pending), unknown: owned(unknown) }
        };
        let finding = |status, dialect| schema_finding(&status, dialect);
        assert!(matches!(finding(status(&["a"], &[], &[]), Dialect::Sqlite), Finding::Fine(_)));
        assert!(matches!(finding(status(&[], &["a"], &[]), Dialect::Sqlite), Finding::Note(_)));
        let Finding::Wrong(why) = finding(status(&[], &["a"], &[]), Dialect::Postgres) else { panic!("it is fine") };
        assert!(why.contains("reprograph migrate up"), "{why}");
        assert!(matches!(finding(status(&["a"], &[], &["b"]), Dialect::Sqlite), Finding::Wrong(_)));
    }

    #[test]
    fn an_extension_that_the_server_does_not_load_is_told() {
        let extension = |installed: Option<&str>, usable| Extension {
            name: "timescaledb".into(),
            installed: installed.map(str::to_owned),
            usable,
        };
        let finding = |extensions: &[Extension]| extension_finding("timescaledb", extensions);
        assert!(matches!(finding(&[]), Finding::Note(_)));
        assert!(matches!(finding(&[extension(None, false)]), Finding::Note(_)));
        assert!(matches!(finding(&[extension(Some("2.17"), true)]), Finding::Fine(_)));
        assert!(matches!(finding(&[extension(Some("2.17"), false)]), Finding::Wrong(_)));
    }
}
