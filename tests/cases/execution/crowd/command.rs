//! What clients send: each command has all its ids in itself, so that it can be sent again.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// A command.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Command {
    Create { run: String, subject: Value },
    Claim { token: String, kind: &'static str, seconds: usize },
    Start { run: String, token: String, subject: Value, seconds: usize },
    Renew { run: String, token: String, seconds: usize },
    Pause { run: String, token: Option<String> },
    Resume { run: String, token: String, seconds: usize },
    Finish { run: String, token: String, status: &'static str },
    Cancel { run: String, token: Option<String> },
    Write { run: String, token: String, batch: String, content: Content },
    Save { run: String, token: String, id: String },
}

/// What a batch holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Content {
    /// Events, each with a tag of its own.
    Events(Vec<String>),
    /// Points of series.
    Points(BTreeMap<&'static str, BTreeMap<usize, usize>>),
    /// A step to go back to.
    Rewind(usize),
}

const CREATE: &str = r#"mutation($run: ID!, $subject: RunSubjectInput!) {
    createRun(input: { id: $run, subject: $subject, name: "One of many" }) { run { id } } }"#;
const CLAIM: &str = r#"mutation($token: String!, $kind: RunKind!, $seconds: Int!) {
    claimRun(input: { kind: $kind, hold: { holder: "client", seconds: $seconds, token: $token } }) { run { id } } }"#;
const START: &str = r#"mutation($run: ID!, $subject: RunSubjectInput!, $token: String!, $seconds: Int!) {
    startRun(input: { run: { id: $run, subject: $subject, name: "One of many" },
        hold: { holder: "client", seconds: $seconds, token: $token } }) { run { id } token } }"#;
const RENEW: &str = "mutation($run: ID!, $token: String!, $seconds: Int!) {
    renewRun(input: { id: $run, token: $token, seconds: $seconds }) { lease { expiresAt } } }";
const PAUSE: &str =
    "mutation($run: ID!, $token: String) { pauseRun(input: { id: $run, token: $token }) { run { status } } }";
const RESUME: &str = r#"mutation($run: ID!, $token: String!, $seconds: Int!) {
    resumeRun(input: { id: $run, hold: { holder: "client", seconds: $seconds, token: $token } }) { run { id } } }"#;
const FINISH: &str = "mutation($run: ID!, $token: String!, $status: RunStatus!, $error: RunErrorInput) {
    finishRun(input: { id: $run, token: $token, status: $status, error: $error }) { run { status } } }";
const CANCEL: &str =
    "mutation($run: ID!, $token: String) { cancelRun(input: { id: $run, token: $token }) { run { status } } }";
const APPEND: &str = "mutation($run: ID!, $token: String!, $batch: String!, $content: [RunEventInput!]!) {
    write: appendRunEvents(input: { runId: $run, token: $token, batchId: $batch, events: $content }) { replayed batch { number } } }";
const LOG: &str = "mutation($run: ID!, $token: String!, $batch: String!, $content: [SeriesLogInput!]!) {
    write: logSeries(input: { runId: $run, token: $token, batchId: $batch, series: $content }) { replayed batch { number } } }";
const REWIND: &str = "mutation($run: ID!, $token: String!, $batch: String!, $content: SafeInt!) {
    write: rewindRun(input: { runId: $run, token: $token, batchId: $batch, step: $content }) { replayed batch { number } } }";
const SAVE: &str = "mutation($run: ID!, $token: String!, $id: ID!) {
    saveSnapshot(input: { id: $id, runId: $run, token: $token, t: 1, step: 1, state: { x: 1 } }) { snapshot { id } } }";

impl Command {
    /// The document and its variables; what is null is left out.
    pub(super) fn request(&self) -> (&'static str, Value) {
        let (document, mut variables) = self.written();
        if let Some(variables) = variables.as_object_mut() {
            variables.retain(|_, value| !value.is_null());
        }
        (document, variables)
    }

    fn written(&self) -> (&'static str, Value) {
        match self {
            Self::Create { run, subject } => (CREATE, json!({ "run": run, "subject": subject })),
            Self::Claim { token, kind, seconds } => {
                (CLAIM, json!({ "token": token, "kind": kind, "seconds": seconds }))
            }
            Self::Start { run, token, subject, seconds } => {
                (START, json!({ "run": run, "token": token, "subject": subject, "seconds": seconds }))
            }
            Self::Renew { run, token, seconds } => (RENEW, json!({ "run": run, "token": token, "seconds": seconds })),
            Self::Pause { run, token } => (PAUSE, json!({ "run": run, "token": token })),
            Self::Resume { run, token, seconds } => (RESUME, json!({ "run": run, "token": token, "seconds": seconds })),
            Self::Finish { run, token, status } => {
                let error = matches!(*status, "FAILED" | "TIMEOUT")
                    .then(|| json!({ "code": "E_BROKEN", "message": "It broke." }));
                (FINISH, json!({ "run": run, "token": token, "status": status, "error": error }))
            }
            Self::Cancel { run, token } => (CANCEL, json!({ "run": run, "token": token })),
            Self::Write { run, token, batch, content } => {
                let (document, content) = content.request();
                (document, json!({ "run": run, "token": token, "batch": batch, "content": content }))
            }
            Self::Save { run, token, id } => (SAVE, json!({ "run": run, "token": token, "id": id })),
        }
    }

    /// The run that it names.
    pub(super) fn run(&self) -> Option<&str> {
        match self {
            Self::Claim { .. } => None,
            Self::Create { run, .. }
            | Self::Start { run, .. }
            | Self::Renew { run, .. }
            | Self::Pause { run, .. }
            | Self::Resume { run, .. }
            | Self::Finish { run, .. }
            | Self::Cancel { run, .. }
            | Self::Write { run, .. }
            | Self::Save { run, .. } => Some(run),
        }
    }

    /// The token by which it is sent, or by which a lease begins.
    pub(super) fn token(&self) -> Option<&str> {
        match self {
            Self::Create { .. } => None,
            Self::Pause { token, .. } | Self::Cancel { token, .. } => token.as_deref(),
            Self::Claim { token, .. }
            | Self::Start { token, .. }
            | Self::Renew { token, .. }
            | Self::Resume { token, .. }
            | Self::Finish { token, .. }
            | Self::Write { token, .. }
            | Self::Save { token, .. } => Some(token),
        }
    }
}

impl Content {
    fn request(&self) -> (&'static str, Value) {
        match self {
            Self::Events(tags) => {
                let event = |tag: &String| json!({ "eventType": "LOG_LINE", "payload": { "tag": tag } });
                (APPEND, tags.iter().map(event).collect())
            }
            Self::Points(series) => {
                let log = |(metric, points): (&&str, &BTreeMap<usize, usize>)| {
                    let (steps, values): (Vec<usize>, Vec<usize>) = points.iter().unzip();
                    json!({ "metric": metric, "steps": steps, "values": values })
                };
                (LOG, series.iter().map(log).collect())
            }
            Self::Rewind(step) => (REWIND, json!(step)),
        }
    }
}
