//! A training of the demo that goes on while somebody watches: point by point, to its end.

use std::time::Duration;

use serde_json::{Value, json};

use super::stage::{Stage, Who};

/// A run that is being executed.
pub(in crate::command) struct Live {
    pub(super) stage: Stage,
    pub(super) who: Who,
    pub(super) run: String,
    pub(super) token: String,
    /// What it measures yet, point by point.
    pub(super) rest: Vec<Value>,
}

/// How long it takes from one point to the next.
const PACE: Duration = Duration::from_secs(2);

impl Live {
    /// Goes on to its end, or until somebody ends or pauses it.
    pub(in crate::command) async fn go_on(self) {
        let run = self.run.clone();
        if let Err(why) = self.try_go_on().await {
            tracing::info!(run, "a run of the demo goes on no more: {why}");
        }
    }

    async fn try_go_on(self) -> Result<(), String> {
        let count = self.rest.len();
        for (at, series) in self.rest.iter().enumerate() {
            tokio::time::sleep(PACE).await;
            let of_run =
                |batch: &str| json!({ "runId": self.run, "token": self.token, "batchId": format!("{batch} {at}") });
            let (mut logged, mut told) = (of_run("curves"), of_run("events"));
            logged["series"] = series.clone();
            let line = format!("{} points to go", count - at - 1);
            told["events"] = json!([{ "eventType": "LOG_LINE", "payload": { "line": line } }]);
            let variables = json!({ "series": logged, "events": told });
            self.stage.act(self.who, include_str!("steps/log.graphql"), variables).await?;
        }
        let input = json!({ "id": self.run, "token": self.token, "status": "SUCCEEDED" });
        self.stage.act(self.who, include_str!("steps/finish.graphql"), json!({ "input": input })).await?;
        self.stage.act(self.who, include_str!("steps/evaluate.graphql"), json!({ "id": self.run })).await.map(drop)
    }
}
