//! What a training of the demo said on its way.

use domain::Timestamp;
use serde_json::{Value, json};

use super::curve::POINTS;
use super::training::STEPS;
use super::trial::{End, Trial};

/// The events of a training, as far as it came; without a start they all come now.
pub(super) fn said(trial: &Trial, started: Option<Timestamp>) -> Vec<Value> {
    let points = trial.points();
    let at = |point: u32| started.map(|started| trial.moment(started, point).to_string());
    let event =
        |point: u32, kind: &str, payload: Value| json!({ "eventType": kind, "payload": payload, "ts": at(point) });
    let mut events = vec![
        event(0, "STAGE_UPDATE", json!({ "stage": "data" })),
        event(1, "LOG_LINE", json!({ "line": format!("read {}", trial.dataset) })),
        event(2, "STAGE_UPDATE", json!({ "stage": "training" })),
    ];
    for tenth in (1..=10_u32).filter(|tenth| tenth * POINTS / 10 <= points) {
        let point = tenth * POINTS / 10;
        events.push(event(point, "PROGRESS", json!({ "percent": tenth * 10 })));
        events.push(event(
            point,
            "LOG_LINE",
            json!({ "line": format!("step {} of {}", point * STEPS, POINTS * STEPS) }),
        ));
    }
    events.extend(match trial.end {
        End::Diverged => Some(event(points, "ERROR", json!({ "message": "the loss is not a number" }))),
        End::TimedOut => Some(event(points, "ERROR", json!({ "message": "the time is over" }))),
        End::Cancelled => Some(event(points, "LOG_LINE", json!({ "line": "stopped by hand" }))),
        End::Running | End::Paused | End::Queued => None,
        _ => Some(event(points, "STAGE_UPDATE", json!({ "stage": "done" }))),
    });
    events
}
