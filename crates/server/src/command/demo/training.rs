//! The trainings of the demo: each is planned, run as the table says, and held beside what its paper claims.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use domain::Timestamp;
use serde_json::{Value, json};

use super::curve::{self, POINTS};
use super::live::Live;
use super::papers::{Claim, Paper};
use super::project::Project;
use super::said::said;
use super::stage::{Stage, Who};
use super::trial::{End, Trial, earlier};
use crate::progress::Progress;

/// What every training of the demo says of itself.
const MADE_UP: &str = "Made up for the demo: nothing was trained, and no number of this run was measured.";

/// Carries the trials of a project out, in their order. What is still running goes on from there.
pub(super) async fn carry_out(
    stage: &Stage,
    project: &Project,
    trials: &[Trial],
    progress: &Progress,
) -> Result<Vec<Live>, String> {
    let (mut plans, mut running) = (BTreeMap::new(), Vec::new());
    for (at, trial) in trials.iter().enumerate() {
        let training = Training::of(project, trial)?;
        let planned = plans.get(&(trial.arxiv, trial.dataset)).cloned();
        let plan = match planned {
            Some(plan) => plan,
            None => training.plan(stage).await?,
        };
        let like = |other: &&Trial| (other.arxiv, other.dataset) == (trial.arxiv, trial.dataset);
        if plans.insert((trial.arxiv, trial.dataset), plan.clone()).is_none()
            && trials.iter().filter(like).any(Trial::is_reproduction)
        {
            training.materialize(stage, &plan).await?;
        }
        let who = if at % 3 == 1 { project.editor } else { project.owner };
        running.extend(training.run(stage, who, &plan).await?);
        progress.step();
    }
    Ok(running)
}

struct Training<'a> {
    project: &'a Project,
    trial: &'a Trial,
    paper: &'a Paper,
    /// What it tries of what the paper claims.
    claims: Vec<&'a Claim>,
}

impl<'a> Training<'a> {
    fn of(project: &'a Project, trial: &'a Trial) -> Result<Self, String> {
        let paper = project.papers.iter().find(|paper| paper.arxiv == trial.arxiv);
        let paper = paper.ok_or_else(|| format!("the demo has no paper {} here", trial.arxiv))?;
        let claims: Vec<_> = paper.claims.iter().filter(|claim| claim.dataset == trial.dataset).collect();
        if claims.is_empty() {
            return Err(format!("{} claims nothing of {}", trial.arxiv, trial.dataset));
        }
        Ok(Self { project, trial, paper, claims })
    }

    async fn plan(&self, stage: &Stage) -> Result<String, String> {
        let metrics: Vec<Value> = self.claims.iter().map(|claim| planned(claim)).collect();
        let document = json!({
            "version": "1.1",
            "dataset": { "name": self.trial.dataset },
            "model": { "name": self.paper.short() },
            "config": { "points": POINTS },
            "metrics": metrics,
            "remark": "Made up for the demo. The tolerances are this plan's own, not the paper's.",
        });
        let paper = self.project.paper(self.trial.arxiv)?;
        let input = json!({ "paperId": paper, "document": document, "budgetMinutes": 120 });
        let plan = include_str!("steps/plan.graphql");
        stage.get(self.project.owner, plan, json!({ "input": input }), "/createPlan/plan/id").await
    }

    async fn materialize(&self, stage: &Stage, plan: &str) -> Result<(), String> {
        let text = format!("# {} on {}\n\n{MADE_UP}", self.paper.short(), self.trial.dataset);
        let notebook = json!({
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {},
            "cells": [{ "cell_type": "markdown", "id": "demo", "metadata": {}, "source": text }],
        });
        let upload = stage.upload(self.project.owner, "notebook.ipynb", notebook.to_string()).await?;
        let input = json!({ "id": plan, "notebookUploadId": upload, "requirements": "numpy==2.3.4\ntorch==2.9.1\n" });
        let document = include_str!("steps/materialize.graphql");
        stage.act(self.project.owner, document, json!({ "input": input })).await.map(drop)
    }

    async fn run(&self, stage: &Stage, who: Who, plan: &str) -> Result<Option<Live>, String> {
        let run = self.described(plan)?;
        match self.trial.end {
            End::Queued => {
                stage.act(who, include_str!("steps/queue.graphql"), json!({ "run": run })).await.map(|_| None)
            }
            End::Running | End::Paused => self.start(stage, who, run).await,
            _ => self.import(stage, who, run).await.map(|()| None),
        }
    }

    fn described(&self, plan: &str) -> Result<Value, String> {
        let trial = self.trial;
        let subject = if trial.is_reproduction() {
            json!({ "reproduction": { "planId": plan, "seed": "42" } })
        } else {
            let (project, paper) = (&self.project.id, self.project.paper(trial.arxiv)?);
            json!({ "experiment": { "projectId": project, "paperId": paper, "planId": plan, "seed": "42" } })
        };
        Ok(json!({
            "subject": subject,
            "name": format!("{} on {}: {} (made up)", self.paper.short(), trial.dataset, trial.remark),
            "description": MADE_UP,
            "tags": ["demo", "made-up"],
            "group": format!("{} on {}", self.paper.short(), trial.dataset),
            "config": { "dataset": trial.dataset, "optimizer": { "lr": trial.rate, "warmup": 0.05 } },
            "metadata": { "madeUp": true },
            "repositoryId": self.project.repository,
            "command": format!("python train.py --dataset '{}' --lr {}", trial.dataset, trial.rate),
        }))
    }

    async fn import(&self, stage: &Stage, who: Who, run: Value) -> Result<(), String> {
        let started = self.trial.started(stage.now());
        let (status, error) = self.trial.outcome();
        let ran = self.trial.ran();
        let input = json!({
            "run": run,
            "status": status,
            "queuedAt": earlier(started, 7).to_string(),
            "startedAt": started.to_string(),
            "endedAt": started.plus(ran).to_string(),
            "runningMs": u64::try_from(ran.as_millis()).unwrap_or_default(),
            "error": error,
        });
        let document = include_str!("steps/import.graphql");
        let id = stage.get(who, document, json!({ "input": input }), "/importRun/run/id").await?;
        self.log(stage, who, Held { run: &id, token: None, started: Some(started) }).await?;
        if status == "SUCCEEDED" {
            stage.act(who, include_str!("steps/evaluate.graphql"), json!({ "id": id })).await?;
        }
        if let Some((title, content)) = self.trial.note() {
            let input = json!({ "runId": id, "title": title, "content": content });
            stage.act(self.project.editor, include_str!("steps/note.graphql"), json!({ "input": input })).await?;
        }
        Ok(())
    }

    async fn start(&self, stage: &Stage, who: Who, run: Value) -> Result<Option<Live>, String> {
        let hold = json!({ "holder": "demo-worker-1", "seconds": 86_400 });
        let variables = json!({ "input": { "run": run, "hold": hold } });
        let data = stage.act(who, include_str!("steps/start.graphql"), variables).await?;
        let text = |place: &str| data.pointer(place).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (run, token) = (text("/startRun/run/id"), text("/startRun/token"));
        self.log(stage, who, Held { run: &run, token: Some(&token), started: None }).await?;
        if self.trial.end == End::Paused {
            stage.act(who, include_str!("steps/pause.graphql"), json!({ "id": run })).await?;
            return Ok(None);
        }
        let rest = self.trial.points() + 1..=POINTS;
        let rest = rest.map(|point| Value::Array(self.series(point..=point, None))).collect();
        Ok(Some(Live { stage: stage.clone(), who, run, token, rest }))
    }

    async fn log(&self, stage: &Stage, who: Who, held: Held<'_>) -> Result<(), String> {
        let of_run = |batch: &str| json!({ "runId": held.run, "token": held.token, "batchId": batch });
        let (mut series, mut events) = (of_run("curves"), of_run("events"));
        series["series"] = Value::Array(self.series(1..=self.trial.points(), held.started));
        events["events"] = Value::Array(said(self.trial, held.started));
        let variables = json!({ "series": series, "events": events });
        stage.act(who, include_str!("steps/log.graphql"), variables).await.map(drop)
    }

    /// These points of its series, with their times if it was started then; else each is measured when it comes.
    fn series(&self, points: RangeInclusive<u32>, started: Option<Timestamp>) -> Vec<Value> {
        let (trial, course) = (self.trial, self.trial.course());
        let of = |metric: &str, split: Option<&str>, values: &[f64]| {
            let chosen = (1..).zip(values).filter(|(point, _)| points.contains(point));
            let values: Vec<Value> = chosen.map(|(_, value)| real(*value)).collect();
            let steps: Vec<u32> = points.clone().map(|point| point * STEPS).collect();
            let at = |started| points.clone().map(|point| trial.moment(started, point).to_string()).collect();
            let times: Option<Vec<String>> = started.map(at);
            json!({ "metric": metric, "split": split, "steps": steps, "values": values, "timestamps": times })
        };
        let mut series = vec![
            of("learning_rate", None, &curve::learning_rate(trial.rate)),
            of("loss", Some("train"), &curve::training_loss(course, &mut trial.dice("loss"))),
            of("loss", Some("validation"), &curve::validation_loss(course, &mut trial.dice("validation loss"))),
        ];
        for claim in &self.claims {
            let dice = &mut trial.dice(&format!("{} {:?}", claim.metric, claim.split));
            let from = if claim.is_minimized() { claim.value * 5.0 } else { claim.value * 0.1 };
            let end = trial.observed(claim, dice);
            series.push(of(claim.metric, claim.split, &curve::metric(course, (from, end), dice)));
        }
        series
    }
}

/// How many steps there are from one point to the next.
pub(super) const STEPS: u32 = 50;

/// A run that is written.
struct Held<'a> {
    run: &'a str,
    token: Option<&'a str>,
    /// When it was started; without it, all comes now.
    started: Option<Timestamp>,
}

fn planned(claim: &Claim) -> Value {
    let mut metric = json!({ "name": claim.metric, "tolerance": claim.tolerance(), "direction": claim.direction });
    if let Some(split) = claim.split {
        metric["split"] = split.into();
    }
    metric
}

/// A value of a series, as the API takes it.
pub(super) fn real(value: f64) -> Value {
    if value.is_finite() { value.into() } else { value.to_string().into() }
}
