//! All cases of a folder, in parallel on one kind of database, with a report of every one that fails.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::StreamExt;
use serde_json::Value;
use tokio::sync::OnceCell;

use super::difference::difference;
use super::file::Case;
use super::run::{Answer, check_twins, costs, document, run, twin};
use crate::app::App;
use crate::database::Kind;
use crate::world::World;

/// How many cases run at once.
const AT_ONCE: usize = 6;

/// Runs all cases below a folder.
///
/// With `UPDATE_CASES` set it writes the answers and the counts of statements that it finds on SQLite, to be reviewed.
///
/// # Panics
/// When a case fails, with a report of all that do; and when there is no case at all.
pub async fn run_all(folder: &Path, kind: Kind) {
    let update = std::env::var_os("UPDATE_CASES").is_some();
    if update && kind == Kind::Postgres {
        return;
    }
    let found = find(folder);
    assert!(!found.is_empty(), "there is no case below {}", folder.display());
    let shared = Arc::new(Shared::default());
    let runs = found.iter().map(|path| {
        let (path, shared) = (path.clone(), Arc::clone(&shared));
        async move {
            let tried = tokio::spawn(async move { try_case(&path, kind, &shared, update).await }).await;
            tried.unwrap_or_else(|panic| Err(format!("it panics: {panic}")))
        }
    });
    let results: Vec<_> = futures_util::stream::iter(runs).buffered(AT_ONCE).collect().await;
    let failures: Vec<String> = found
        .iter()
        .zip(results)
        .filter_map(|(path, result)| {
            Some(format!("── {}\n{}", path.strip_prefix(folder).unwrap_or(path).display(), result.err()?))
        })
        .chain(strays(folder))
        .collect();
    let (all, failed) = (found.len(), failures.len());
    assert!(failures.is_empty(), "{failed} of {all} cases fail on {kind:?}:\n\n{}", failures.join("\n\n"));
}

/// The cases below a folder, by name.
pub fn find(folder: &Path) -> Vec<PathBuf> {
    files(folder, "graphql")
}

/// Expected answers whose case is gone.
fn strays(folder: &Path) -> impl Iterator<Item = String> {
    let alone = files(folder, "json").into_iter().filter(|path| !path.with_extension("graphql").exists());
    alone.map(|path| format!("── {} has no case beside it", path.display()))
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder of cases") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension() == Some(OsStr::new(extension)) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The apps that cases share which only read.
#[derive(Default)]
struct Shared(HashMapOfApps);

type HashMapOfApps = tokio::sync::Mutex<HashMap<World, Arc<OnceCell<Option<Arc<App>>>>>>;

impl Shared {
    async fn app(&self, case: &Case, kind: Kind) -> Option<Arc<App>> {
        if !case.only_reads() {
            return case.world.start(kind).await.map(Arc::new);
        }
        let cell = Arc::clone(self.0.lock().await.entry(case.world).or_default());
        cell.get_or_init(async || case.world.start(kind).await.map(Arc::new)).await.clone()
    }
}

async fn try_case(path: &Path, kind: Kind, shared: &Shared, update: bool) -> Result<(), String> {
    let case = Case::read(path)?;
    let Some(app) = shared.app(&case, kind).await else { return Ok(()) };
    let answers = run(&case, &app).await?;
    if let Some(twin) = twin(&case) {
        let Some(other) = shared.app(&case, kind).await else { return Ok(()) };
        check_twins(&case, &answers, &run(&twin, &other).await?)?;
    }
    if update {
        write(&case, &answers);
        return Ok(());
    }
    compare(&case, &answers)
}

fn write(case: &Case, answers: &[Answer]) {
    let text = pretty(&document(answers));
    std::fs::write(case.expected_path(), text).expect("the answer can be written");
    case.write_statements(&costs(case, answers));
}

fn compare(case: &Case, answers: &[Answer]) -> Result<(), String> {
    let Ok(expected) = std::fs::read_to_string(case.expected_path()) else {
        return Err("it has no expected answer; UPDATE_CASES=1 writes one".into());
    };
    let found = pretty(&document(answers));
    if expected != found {
        return Err(format!("the answer differs (- expected, + found):\n{}", difference(&expected, &found)));
    }
    let costs = costs(case, answers);
    for (at, (step, costs)) in case.steps.iter().zip(costs).enumerate() {
        if step.statements != costs {
            let stated = &step.statements;
            return Err(format!("request {} costs {costs:?} statements, not {stated:?}", at + 1));
        }
    }
    Ok(())
}

fn pretty(answer: &Value) -> String {
    format!("{answer:#}\n")
}
