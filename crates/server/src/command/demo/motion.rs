//! The simulations of the demo: a pendulum, really computed, once by a method that keeps its energy and once by one that
//! does not.

use std::time::Duration;

use serde_json::{Value, json};

use super::curve::rounded;
use super::project::Project;
use super::stage::Stage;
use super::training::real;
use super::trial::earlier;

const STEPS: u32 = 600;
const SPAN: f64 = 0.01;
const GRAVITY: f64 = 9.81;

/// A pendulum of one metre and one kilogramme.
#[derive(Clone, Copy, Debug)]
struct Pendulum {
    angle: f64,
    speed: f64,
}

impl Pendulum {
    fn energy(self) -> f64 {
        0.5 * self.speed * self.speed + GRAVITY * (1.0 - self.angle.cos())
    }

    fn pull(self) -> f64 {
        -GRAVITY * self.angle.sin()
    }

    /// The next state by Euler's method: the energy grows.
    fn euler(self) -> Self {
        Self { angle: self.angle + SPAN * self.speed, speed: self.speed + SPAN * self.pull() }
    }

    /// The next state by the leapfrog: the energy stays.
    fn leapfrog(self) -> Self {
        let half = self.speed + 0.5 * SPAN * self.pull();
        let moved = Self { angle: self.angle + SPAN * half, speed: half };
        Self { speed: half + 0.5 * SPAN * moved.pull(), ..moved }
    }
}

/// Makes the equations and the simulations.
pub(super) async fn simulate(stage: &Stage, project: &Project) -> Result<(), String> {
    let (units, module) = define(stage, project).await?;
    let run = |method: &str| {
        json!({
            "subject": { "simulation": {
                "projectId": project.id,
                "unitModeId": units,
                "totalSteps": STEPS,
                "equations": [{ "equationModuleId": module, "parameters": { "method": method } }],
                "seed": "1",
            } },
            "name": format!("Pendulum by {method} (demo)"),
            "description": "Computed for the demo, in the program itself.",
            "tags": ["demo", "pendulum"],
            "group": "pendulum",
            "config": { "method": method, "dt": SPAN },
        })
    };
    let queue = include_str!("steps/queue.graphql");
    stage.act(project.editor, queue, json!({ "run": run("Runge-Kutta") })).await?;
    imported(stage, project, run("the leapfrog"), Pendulum::leapfrog, 3).await?;
    let drifting = imported(stage, project, run("Euler's method"), Pendulum::euler, 2).await?;
    let note = json!({
        "runId": drifting,
        "title": "The energy grows",
        "content": "Euler's method adds a little at each step. The leapfrog does not.",
        "step": 100,
    });
    stage.act(project.editor, include_str!("steps/note.graphql"), json!({ "input": note })).await.map(drop)
}

/// Says what the energy is, that it is kept, and in which units and by which equations; tells the ids of these.
async fn define(stage: &Stage, project: &Project) -> Result<(Value, Value), String> {
    let energy = json!({
        "projectId": project.id,
        "key": "total_energy",
        "name": "total energy",
        "unit": "J",
        "description": "What a pendulum without friction keeps.",
        "conservationLimit": 0.05,
    });
    stage.act(project.owner, include_str!("steps/metric.graphql"), json!({ "input": energy })).await?;
    let variables = json!({
        "unitMode": {
            "projectId": project.id,
            "key": "si",
            "name": "SI",
            "units": { "energy": { "symbol": "J", "factor": 1 }, "angle": { "symbol": "rad", "factor": 1 } },
        },
        "module": {
            "projectId": project.id,
            "name": "pendulum",
            "version": "1",
            "source": "angle'' = -(g / l) * sin(angle)",
            "description": "A pendulum without friction.",
            "parameters": { "g": GRAVITY, "l": 1 },
        },
    });
    let made = stage.act(project.owner, include_str!("steps/equations.graphql"), variables).await?;
    let id = |place: &str| made.pointer(place).cloned().unwrap_or_default();
    Ok((id("/createUnitMode/unitMode/id"), id("/createEquationModule/equationModule/id")))
}

async fn imported(
    stage: &Stage,
    project: &Project,
    run: Value,
    next: fn(Pendulum) -> Pendulum,
    days: u32,
) -> Result<String, String> {
    let started = earlier(stage.now(), days * 24 * 60);
    let input = json!({
        "run": run,
        "status": "SUCCEEDED",
        "startedAt": started.to_string(),
        "endedAt": started.plus(Duration::from_secs(6)).to_string(),
        "runningMs": 6000,
    });
    let document = include_str!("steps/import.graphql");
    let id = stage.get(project.owner, document, json!({ "input": input }), "/importRun/run/id").await?;
    let first = Pendulum { angle: 1.0, speed: 0.0 };
    let states: Vec<Pendulum> = std::iter::successors(Some(first), |state| Some(next(*state)))
        .take(usize::try_from(STEPS).unwrap_or(1))
        .collect();
    let series = json!({
        "runId": id,
        "batchId": "telemetry",
        "series": [
            column("total_energy", states.iter().map(|state| state.energy())),
            column("angle", states.iter().map(|state| state.angle)),
            column("speed", states.iter().map(|state| state.speed)),
        ],
    });
    let events = json!({
        "runId": id,
        "batchId": "events",
        "events": [{ "eventType": "STAGE_UPDATE", "payload": { "stage": "integrating" }, "ts": started.to_string() }],
    });
    stage.act(project.owner, include_str!("steps/log.graphql"), json!({ "series": series, "events": events })).await?;
    for (step, pendulum) in states.iter().enumerate().step_by(200) {
        let step = u32::try_from(step).unwrap_or_default();
        let kept = json!({ "angle": pendulum.angle, "speed": pendulum.speed });
        let input =
            json!({ "runId": id, "t": f64::from(step) * SPAN, "step": step, "state": kept, "isCheckpoint": true });
        stage.act(project.owner, include_str!("steps/snapshot.graphql"), json!({ "input": input })).await?;
    }
    Ok(id)
}

fn column(metric: &str, values: impl Iterator<Item = f64>) -> Value {
    let values: Vec<Value> = values.map(|value| real(rounded(value, 6))).collect();
    let steps: Vec<u32> = (0..STEPS).collect();
    let times: Vec<f64> = steps.iter().map(|step| rounded(f64::from(*step) * SPAN, 2)).collect();
    json!({ "metric": metric, "steps": steps, "values": values, "times": times })
}
