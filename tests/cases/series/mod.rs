//! What running work writes: series against an oracle, large batches, writers in opposite orders, and exports.

mod export;
mod invariant;
mod large;
mod long;
mod oracle;
mod writers;

use domain::execution::Run;
use serde_json::{Value, json};
use tests::app::App;
use tests::database::Kind;
use tests::names;
use tests::world::{World, user};

const IMPORT: &str = r#"mutation($r: ID!, $p: ID!) { importRun(input: {
    run: { id: $r, subject: { experiment: { projectId: $p } }, name: "Past" },
    status: SUCCEEDED, startedAt: "2025-01-01T00:00:00Z", endedAt: "2025-01-01T00:01:00Z" }) { run { id } } }"#;
const LOG: &str = "mutation($r: ID!, $b: String!, $s: [SeriesLogInput!]!) {
    logSeries(input: { runId: $r, batchId: $b, series: $s }) { replayed batch { number } } }";
const REWIND: &str = "mutation($r: ID!, $b: String!, $s: SafeInt!) {
    rewindRun(input: { runId: $r, batchId: $b, step: $s }) { replayed batch { number } } }";

/// An app with runs of the past, which are written without a token.
struct Runs {
    app: App,
}

impl Runs {
    async fn start(kind: Kind, runs: &[&str]) -> Option<Self> {
        let runs_of = Self { app: World::TwoProjects.start(kind).await? };
        for run in runs {
            let project = names::id::<domain::project::Project>("alpha").to_string();
            runs_of.data(IMPORT, json!({ "r": id(run), "p": project })).await;
        }
        Some(runs_of)
    }

    /// What ed is answered.
    async fn data(&self, query: &str, variables: Value) -> Value {
        let (answer, _) = self.app.ask(user("ed"), query, variables).await;
        assert!(answer.errors.is_empty(), "{:?}", answer.errors);
        answer.data.into_json().unwrap()
    }

    /// Logs points, and says whether they had been logged before.
    async fn log(&self, run: &str, batch: &str, series: Value) -> bool {
        let answer = self.data(LOG, json!({ "r": id(run), "b": batch, "s": series })).await;
        answer["logSeries"]["replayed"].as_bool().unwrap()
    }

    async fn rewind(&self, run: &str, batch: &str, step: usize) {
        self.data(REWIND, json!({ "r": id(run), "b": batch, "s": step })).await;
    }
}

/// The id of the run of this name.
fn id(run: &str) -> String {
    names::id::<Run>(run).to_string()
}
