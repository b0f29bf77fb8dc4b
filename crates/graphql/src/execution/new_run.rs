//! The inputs that runs are made of.

use std::sync::Arc;

use async_graphql::OneofObject;
use domain::execution::{
    Attempt, CommitSha, ContainerHash, ErrorCode, Outcome, Plan, Run as Entity, RunError, RunOrigin, RunState,
    RunStatus, RunSubject, Seed, Stage, Times, UnitMode,
};
use domain::literature::Paper;
use domain::project::{Project, Repository};
use domain::text::{Label, Prose, Title};
use domain::{Count, Id, JsonObject, Lifecycle, OnConflict, Revision, Sha256, Timestamp};
use storage::execution::run::of_plan;
use storage::execution::run_equation;
use storage::write::{Creation, create_one};
use storage::{Error, Work};

use super::Run;
use super::run_changes::TagList;
use super::run_equation::RunEquationInput;
use crate::mutate::{Create, CreateList, Made};
use crate::prelude::*;
use crate::scalar::BigInt;

input! {
    /// What a run is made of.
    CreateRunInput {
        /// An id of your own, which makes a retry harmless.
        id: Given<GlobalId<Entity>>,
        /// What it executes.
        subject: RunSubjectInput,
        /// What it is called; a reproduction is called after its paper unless it has a name.
        name: Given<Parsed<Title>>,
        /// What it is for.
        description: Option<Parsed<Prose>>,
        /// With what settings it runs; `{}` by default.
        config: Given<Parsed<JsonObject>>,
        /// By what it is found.
        tags: Given<List<Parsed<Label>>>,
        /// The group to which it belongs.
        group: Option<Parsed<Label>>,
        /// The run that it goes on from, or is a part of.
        parent_run_id: Option<GlobalId<Entity>>,
        /// The repository of its code.
        repository_id: Option<GlobalId<Repository>>,
        /// The commit of its code, or the beginning of its digest.
        commit_sha: Option<Parsed<CommitSha>>,
        /// Whether its code was changed since that commit.
        dirty: Option<bool>,
        /// The command that executes it.
        command: Option<Parsed<Prose>>,
        /// What else there is to say; `{}` by default.
        metadata: Given<Parsed<JsonObject>>,
    }
}

/// What a run executes: exactly one of these.
#[derive(Clone, Debug, OneofObject)]
pub enum RunSubjectInput {
    /// It carries out a plan that is ready.
    Reproduction(ReproductionInput),
    /// It computes how something behaves.
    Simulation(SimulationInput),
    /// It is any other execution.
    Experiment(ExperimentInput),
}

input! {
    /// A run that carries out a plan.
    ReproductionInput {
        /// The plan, which is ready.
        plan_id: GlobalId<Plan>,
        /// What its randomness starts from; 42 by default.
        seed: Given<BigInt>,
    }
}

input! {
    /// A run that computes how something behaves.
    SimulationInput {
        /// The project that it belongs to.
        project_id: GlobalId<Project>,
        /// What its randomness starts from.
        seed: Option<BigInt>,
        /// The units in which its quantities are shown.
        unit_mode_id: Option<GlobalId<UnitMode>>,
        /// The version of its equations.
        equation_version: Option<Parsed<Label>>,
        /// The contents of the container that executes it.
        container_hash: Option<Parsed<ContainerHash>>,
        /// How many steps it is to have.
        total_steps: Option<Parsed<Count>>,
        /// The equations that it runs with, each module once.
        equations: Given<List<RunEquationInput>>,
    }
}

input! {
    /// Any other execution.
    ExperimentInput {
        /// The project that it belongs to.
        project_id: GlobalId<Project>,
        /// What its randomness starts from.
        seed: Option<BigInt>,
        /// The paper that it has to do with.
        paper_id: Option<GlobalId<Paper>>,
        /// The plan of that paper.
        plan_id: Option<GlobalId<Plan>>,
    }
}

impl CreateRunInput {
    /// The run, of this origin and in this state; what it stands under is read, and locked, in the unit of work.
    pub async fn build_as(
        self,
        work: &mut Work,
        made: Made<Entity>,
        (origin, state): (RunOrigin, RunState),
    ) -> storage::Result<Entity> {
        let (project_id, subject, name) = subject(work, self.subject).await?;
        let name = self.name.0.map(|name| name.0).or(name).ok_or_else(|| {
            Error::refused(&["input", "name"], "required", "a run that is no reproduction needs a name")
        })?;
        let parent_run_id = self.parent_run_id.map(|id| id.0);
        if let Some(id) = parent_run_id {
            same_project(work.parent::<Entity>(id).await?.project_id, project_id, "parentRunId")?;
        }
        let repository_id = self.repository_id.map(|id| id.0);
        if let Some(id) = repository_id {
            same_project(work.parent::<Repository>(id).await?.project_id, project_id, "repositoryId")?;
        }
        Ok(Entity {
            id: made.id,
            project_id,
            subject,
            parent_run_id,
            name,
            description: self.description.map(|text| text.0),
            origin,
            state,
            config: self.config.0.map_or_else(JsonObject::empty, |config| config.0),
            tags: TagList::first(self.tags)?,
            group: self.group.map(|group| group.0),
            repository_id,
            commit_sha: self.commit_sha.map(|sha| sha.0),
            dirty: self.dirty,
            command: self.command.map(|command| command.0),
            archived_at: None,
            metadata: self.metadata.0.map_or_else(JsonObject::empty, |metadata| metadata.0),
            created_by: made.by,
            lifecycle: Lifecycle::Live,
            revision: Revision::FIRST,
            created_at: made.at,
            updated_at: made.at,
        })
    }
}

impl RunSubjectInput {
    /// Gives a run that was just made the equations that it runs with.
    pub async fn add_equations(self, work: &mut Work, run: &Entity) -> storage::Result<()> {
        let Self::Simulation(SimulationInput { equations: Given(Some(equations)), .. }) = self else { return Ok(()) };
        let given = equations.0.into_iter().map(RunEquationInput::given).collect();
        run_equation::add_all(work, run, given).await
    }
}

impl CreateRunInput {
    /// Makes the run, of this origin and in this state, with its equations; one that was made before is answered.
    pub async fn create_as(
        self,
        work: &mut Work,
        (made, input): (Made<Entity>, Option<Sha256>),
        state: (RunOrigin, RunState),
    ) -> storage::Result<Arc<Entity>> {
        let subject = self.subject.clone();
        let row = self.build_as(work, made, state).await?;
        if let Some(outcome) = row.state.outcome() {
            let refused = |why: domain::Invalid| Error::refused(&["input", "error"], why.rule, why.message);
            outcome.check(row.subject.kind()).map_err(refused)?;
        }
        let creation = Creation { row, input, on_conflict: OnConflict::Refuse };
        let run = create_one(work, creation).await?;
        if work.is_new(&*run) {
            subject.add_equations(work, &run).await?;
        }
        Ok(run)
    }
}

/// The project of a new run, what it executes, and what it is called by default.
async fn subject(work: &mut Work, given: RunSubjectInput) -> storage::Result<(Id<Project>, RunSubject, Option<Title>)> {
    let seed = |seed: Option<BigInt>| seed.map(|seed| Seed(seed.0));
    match given {
        RunSubjectInput::Reproduction(input) => {
            let seed = seed(input.seed.0).unwrap_or(Seed::OF_REPRODUCTIONS);
            let (project, subject, name) = of_plan(work, input.plan_id.0, seed).await?;
            Ok((project, subject, Some(name)))
        }
        RunSubjectInput::Simulation(input) => {
            let project = input.project_id.0;
            work.parent(project).await?;
            if let Some(mode) = &input.unit_mode_id {
                let mode = work.parent(mode.0).await?;
                same_project(mode.project_id.unwrap_or(project), project, "subject.simulation.unitModeId")?;
            }
            let subject = RunSubject::Simulation {
                seed: seed(input.seed),
                unit_mode_id: input.unit_mode_id.map(|id| id.0),
                equation_version: input.equation_version.map(|version| version.0),
                container_hash: input.container_hash.map(|hash| hash.0),
                total_steps: input.total_steps.map(|steps| steps.0),
            };
            Ok((project, subject, None))
        }
        RunSubjectInput::Experiment(input) => experiment(work, input).await,
    }
}

async fn experiment(
    work: &mut Work,
    input: ExperimentInput,
) -> storage::Result<(Id<Project>, RunSubject, Option<Title>)> {
    let project = input.project_id.0;
    work.parent(project).await?;
    let mut paper_id = input.paper_id.map(|id| id.0);
    if let Some(id) = paper_id {
        same_project(work.parent::<Paper>(id).await?.project_id, project, "subject.experiment.paperId")?;
    }
    let plan_id = input.plan_id.map(|id| id.0);
    let mut plan_hash = None;
    if let Some(id) = plan_id {
        let plan = work.parent::<Plan>(id).await?;
        plan_hash = plan.hash();
        same_project(plan.project_id, project, "subject.experiment.planId")?;
        if *paper_id.get_or_insert(plan.paper_id) != plan.paper_id {
            let path = ["input", "subject", "experiment", "planId"];
            return Err(Error::refused(&path, "paper", "it is a plan of another paper"));
        }
    }
    let seed = input.seed.map(|seed| Seed(seed.0));
    Ok((project, RunSubject::Experiment { seed, paper_id, plan_id, plan_hash }, None))
}

fn same_project(there: Id<Project>, here: Id<Project>, path: &str) -> storage::Result<()> {
    if there == here {
        return Ok(());
    }
    let path: Vec<_> = std::iter::once("input").chain(path.split('.')).collect();
    Err(Error::refused(&path, "project", "it is in another project"))
}

impl Create for CreateRunInput {
    type Entity = Entity;

    fn chosen_id(&self) -> Option<Id<Entity>> {
        self.id.0.map(|id| id.0)
    }

    async fn build(self, work: &mut Work, made: Made<Entity>) -> storage::Result<Entity> {
        let state = RunState::queued(made.at);
        self.build_as(work, made, (RunOrigin::Queued, state)).await
    }

    async fn finish(self, work: &mut Work, run: &Entity) -> storage::Result<()> {
        self.subject.add_equations(work, run).await
    }
}

input! {
    /// New runs, all or none.
    CreateRunsInput {
        /// What each is made of: 1 to 200.
        runs: List<CreateRunInput>,
    }
}

impl CreateList for CreateRunsInput {
    type Item = CreateRunInput;
    const FIELD: &'static str = "runs";

    fn items(&self) -> &[CreateRunInput] {
        &self.runs.0
    }
}

input! {
    /// What went wrong with a run. A reproduction that failed or timed out says both.
    RunErrorInput {
        /// For programs, like `E_GPU_REQUESTED`.
        code: Option<Parsed<ErrorCode>>,
        /// For people.
        message: Option<Parsed<Prose>>,
    }
}

impl RunErrorInput {
    /// The error, where one is given.
    pub fn error(given: Option<Self>) -> RunError {
        given.map_or_else(RunError::default, |given| RunError {
            code: given.code.map(|code| code.0),
            message: given.message.map(|message| message.0),
        })
    }
}

input! {
    /// A run of the past.
    ImportRunInput {
        /// What it is made of.
        run: CreateRunInput,
        /// How it ended: SUCCEEDED, FAILED, TIMEOUT or CANCELLED.
        status: Chosen<RunStatus>,
        /// When it was queued, or made; by default when it was started.
        queued_at: Given<Parsed<Timestamp>>,
        /// When it was started. One that was cancelled in the queue never was.
        started_at: Option<Parsed<Timestamp>>,
        /// When it ended.
        ended_at: Parsed<Timestamp>,
        /// How long it ran, pauses excluded, in milliseconds, where that is known.
        running_ms: Option<Parsed<Count>>,
        /// What went wrong.
        error: Option<RunErrorInput>,
    }
}

impl ImportRunInput {
    fn state(&self) -> storage::Result<RunState> {
        let refused = |path: &str, why: domain::Invalid| Error::refused(&["input", path], why.rule, why.message);
        let started_at = self.started_at.map(|time| time.0);
        let ended_at = self.ended_at.0;
        let queued_at = self.queued_at.0.map(|time| time.0).or(started_at).unwrap_or(ended_at);
        let outcome = Outcome::try_new(self.status.0, RunErrorInput::error(self.error.clone()))
            .map_err(|why| refused(if why.rule == "error" { "error" } else { "status" }, why))?;
        let times = Times { started_at, ended_at, ran: self.running_ms.map(|ran| ran.0) };
        times.check(queued_at, &outcome).map_err(|(field, why)| refused(field, why))?;
        Ok(RunState { attempt: Attempt::First, queued_at, stage: Stage::Ended { outcome, times } })
    }
}

/// Takes in a run of the past.
pub async fn import(ctx: &Context<'_>, input: ImportRunInput) -> Result<Run> {
    let chosen = input.run.chosen_id();
    let (id, digest) = (mutate::id_or_new(ctx, chosen)?, mutate::digest_for(chosen, &input)?);
    let state = input.state()?;
    let run = mutate::unit(ctx, |work| {
        let (run, state, digest) = (input.run.clone(), state.clone(), digest.clone());
        Box::pin(async move {
            let made = Made { id, by: work.viewer().user(), at: work.now() };
            run.create_as(work, (made, digest), (RunOrigin::Imported, state)).await
        })
    });
    run.await.map(Run::new)
}
