//! Runs a case: asks its requests in turn, and names what it is answered.

use std::time::Duration;

use async_graphql::{Request, Response, Variables};
use domain::Viewer;
use futures_util::StreamExt;
use serde_json::Value;

use super::file::{Case, Step};
use crate::app::App;
use crate::names::Names;
use crate::world::{CANARY, NOBODY, World, user};

/// One answer.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    /// Which request of the transcript.
    pub(super) step: usize,
    /// Who asked.
    pub(super) asker: String,
    /// What they were answered, with names for ids.
    pub(super) said: Value,
    /// How many statements it cost.
    pub(super) statements: u64,
}

/// The answers to all requests, in their order.
pub(super) async fn run(case: &Case, app: &App) -> Result<Vec<Answer>, String> {
    let mut names = Names::default();
    let mut answers = Vec::new();
    for (at, step) in case.steps.iter().enumerate() {
        for asker in &step.askers {
            let document = names.to_ids(&step.document);
            let variables =
                serde_json::from_str(&names.to_ids(&step.variables)).map_err(|why| format!("variables: {why}"))?;
            let viewer = match asker.as_str() {
                NOBODY => Viewer::nobody(),
                name => app.viewer(user(name)).await,
            };
            let (mut said, statements) = if document.contains("subscription") {
                followed(app, viewer, (&document, variables), step.takes).await?
            } else {
                let (response, metered) = app.ask_as(viewer, &document, variables).await;
                (json(&response)?, metered.statements)
            };
            if !step.shows_cost {
                leave_out_cost(&mut said);
            }
            let answer = names.to_names(said);
            check_hidden(case.world, step, asker, &answer)?;
            answers.push(Answer { step: at, asker: asker.clone(), said: answer, statements });
        }
    }
    Ok(answers)
}

/// The first answers of a subscription, as a list unless there is one, and what it cost.
async fn followed(
    app: &App,
    viewer: Viewer,
    (document, variables): (&str, Value),
    takes: usize,
) -> Result<(Value, u64), String> {
    let request = Request::new(document).variables(Variables::from_json(variables));
    let followed = app.engine.follow(request, viewer, Some("request".into()), None);
    let frames = followed.frames.take(takes).collect::<Vec<_>>();
    let frames = tokio::time::timeout(PATIENCE, frames).await.map_err(|_| format!("{takes} answers never come"))?;
    let read = |text: &str| serde_json::from_str(text).map_err(|why| why.to_string());
    let mut said = frames.iter().map(|frame| read(frame.body()).map(plain)).collect::<Result<Vec<_>, _>>()?;
    let statements = followed.meter.statements();
    Ok((if said.len() == 1 { said.remove(0) } else { said.into() }, statements))
}

/// How long answers are waited for that must come.
const PATIENCE: Duration = Duration::from_mins(1);

fn json(response: &Response) -> Result<Value, String> {
    Ok(plain(serde_json::to_value(response).map_err(|why| why.to_string())?))
}

/// The answer without the places in the document, which say nothing about the server.
fn plain(mut answer: Value) -> Value {
    for error in answer.get_mut("errors").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(error) = error.as_object_mut() {
            error.remove("locations");
        }
    }
    answer
}

/// Removes what the request cost, which few cases are about.
fn leave_out_cost(answer: &mut Value) {
    match answer {
        Value::Array(answers) => answers.iter_mut().for_each(leave_out_cost),
        Value::Object(answer) => drop(answer.remove("extensions")),
        _ => {}
    }
}

/// Whoever does not see beta reads nothing of it, and no id of it that they did not send.
fn check_hidden(world: World, step: &Step, asker: &str, answer: &Value) -> Result<(), String> {
    if !world.hides_beta_from(asker) {
        return Ok(());
    }
    let text = answer.to_string();
    if text.to_lowercase().contains(CANARY) {
        return Err(format!("{asker} reads the canary:\n{answer:#}"));
    }
    for name in text.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(name, _)| name) {
        let sent = step.document.contains(name) || step.variables.contains(name);
        if name.contains(":beta") && !sent {
            return Err(format!("{asker} reads the id <{name}>:\n{answer:#}"));
        }
    }
    Ok(())
}

/// The case with each name of what is hidden replaced by the name of what is not there; none where there are no twins.
pub(super) fn twin(case: &Case) -> Option<Case> {
    let mut twin = case.clone();
    let mut any = false;
    for step in &mut twin.steps {
        if let Some((hidden, absent)) = &step.twins {
            any = true;
            step.document = step.document.replace(hidden.as_str(), absent);
            step.variables = step.variables.replace(hidden.as_str(), absent);
        }
    }
    any.then_some(twin)
}

/// Checks that the answers are the same, at the same cost, but for the names of what was asked for.
pub(super) fn check_twins(case: &Case, here: &[Answer], there: &[Answer]) -> Result<(), String> {
    for (here, there) in here.iter().zip(there) {
        let Some((hidden, absent)) = &case.steps[here.step].twins else { continue };
        let renamed = there.said.to_string().replace(absent.as_str(), hidden);
        let own = here.said.to_string();
        if own != renamed {
            let (hidden_answer, absent_answer) = (&here.said, &there.said);
            return Err(format!("{hidden} and {absent} are told apart:\n{hidden_answer:#}\n{absent_answer:#}"));
        }
        if here.statements != there.statements {
            let costs = (here.statements, there.statements);
            return Err(format!("{hidden} and {absent} cost differently: {costs:?} statements"));
        }
    }
    Ok(())
}

/// What the expected answer's file holds: the answer itself, or a list of answers, each under the name of who asked.
pub(super) fn document(answers: &[Answer]) -> Value {
    match answers {
        [one] => one.said.clone(),
        all => all.iter().map(|answer| serde_json::json!({ answer.asker.clone(): answer.said })).collect(),
    }
}

/// What each request cost, for each who asked.
pub(super) fn costs(case: &Case, answers: &[Answer]) -> Vec<Vec<u64>> {
    let of_step = |at| answers.iter().filter(|answer| answer.step == at).map(|answer| answer.statements).collect();
    (0..case.steps.len()).map(of_step).collect()
}
