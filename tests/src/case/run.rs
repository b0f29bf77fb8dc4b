//! Runs a case: asks its requests in turn, and names what it is answered.

use domain::Viewer;
use serde_json::{Value, json};

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
            let (response, metered) = match asker.as_str() {
                NOBODY => app.ask_as(Viewer::nobody(), &document, variables).await,
                name => app.ask(user(name), &document, variables).await,
            };
            let mut answer = plain(serde_json::to_value(&response).map_err(|why| why.to_string())?);
            if !step.shows_cost {
                leave_out_cost(&mut answer);
            }
            let answer = names.to_names(answer);
            check_hidden(case.world, step, asker, &answer)?;
            answers.push(Answer { step: at, asker: asker.clone(), said: answer, statements: metered.statements });
        }
    }
    Ok(answers)
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
    if let Some(answer) = answer.as_object_mut() {
        answer.remove("extensions");
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
        all => all.iter().map(|answer| json!({ answer.asker.clone(): answer.said })).collect(),
    }
}

/// What each request cost, for each who asked.
pub(super) fn costs(case: &Case, answers: &[Answer]) -> Vec<Vec<u64>> {
    let of_step = |at| answers.iter().filter(|answer| answer.step == at).map(|answer| answer.statements).collect();
    (0..case.steps.len()).map(of_step).collect()
}
