//! What the runs and evals of papers and projects come to, each in one statement for any number of them. The papers and
//! projects were read before, and what is under them is in the same project.
//!
//! Each statement begins with what is asked about, and finds the rest by its indexes. The views that people read are for all
//! papers, and both databases would find it of all before they take the few of them.

use std::collections::HashMap;

use domain::execution::Run;
use domain::literature::Paper;
use domain::project::Project;
use domain::{Count, Id, Timestamp};
use sea_orm::QueryResult;

use crate::bulk::{Bulk, Cells};
use crate::column::Col;
use crate::error::Result;
use crate::read::{Load, in_order};
use crate::reader::Reader;

/// The papers that are asked about, as `p`, as far as they are live.
macro_rules! live_papers {
    () => {
        "{rows}
        JOIN papers AS p ON p.id = r.paper_id AND p.deleted_at IS NULL
        JOIN projects AS o ON o.id = p.project_id AND o.deleted_at IS NULL"
    };
}

/// That neither the run `n` nor its plan is deleted.
macro_rules! live_run {
    () => {
        "n.deleted_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM plans AS l WHERE l.id = n.plan_id AND l.deleted_at IS NOT NULL)"
    };
}

/// The newest run of a paper that succeeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LatestRun {
    /// The paper.
    pub paper: Id<Paper>,
}

impl Load for LatestRun {
    type Value = Id<Run>;

    async fn load(keys: Vec<Self>, reader: &Reader) -> Result<Vec<Option<Id<Run>>>> {
        const LATEST: &str = concat!(
            "SELECT p.id AS paper_id, (
                SELECT n.id FROM runs AS n
                WHERE n.paper_id = p.id AND n.status = 'SUCCEEDED' AND ",
            live_run!(),
            "
                ORDER BY n.ended_at DESC, n.id DESC LIMIT 1
            ) AS run_id
            FROM ",
            live_papers!()
        );
        let rows = rows("paper_id", keys.iter().map(|key| key.paper));
        let mut found = HashMap::with_capacity(keys.len());
        for row in reader.query(&Bulk::new(LATEST, Vec::new(), rows)).await? {
            if let Some(run) = row.try_get("", "run_id")? {
                found.insert(Self { paper: Id::try_new(row.try_get("", "paper_id")?)? }, Id::try_new(run)?);
            }
        }
        Ok(in_order(&keys, &found))
    }
}

/// What there is of a paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SummaryOf {
    /// The paper.
    pub paper: Id<Paper>,
}

/// What there is of a paper.
#[derive(Clone, Copy, Debug)]
pub struct PaperSummary {
    /// How many plans.
    pub plans: Count,
    /// How many runs.
    pub runs: Count,
    /// How many of them succeeded.
    pub succeeded_runs: Count,
    /// When the newest of those that are over ended.
    pub latest_run_at: Option<Timestamp>,
}

impl Load for SummaryOf {
    type Value = PaperSummary;

    async fn load(keys: Vec<Self>, reader: &Reader) -> Result<Vec<Option<PaperSummary>>> {
        const SUMMARY: &str = concat!(
            "SELECT p.id,
                (SELECT count(*) FROM plans AS l WHERE l.paper_id = p.id AND l.deleted_at IS NULL) AS plan_count,
                count(n.id) AS run_count,
                count(CASE WHEN n.status = 'SUCCEEDED' THEN 1 END) AS succeeded_run_count,
                max(n.ended_at) AS latest_run_at
            FROM ",
            live_papers!(),
            " LEFT JOIN runs AS n ON n.paper_id = p.id AND ",
            live_run!(),
            " GROUP BY p.id"
        );
        let rows = rows("paper_id", keys.iter().map(|key| key.paper));
        let mut found = HashMap::with_capacity(keys.len());
        for row in reader.query(&Bulk::new(SUMMARY, Vec::new(), rows)).await? {
            let latest: Option<Col<Timestamp>> = row.try_get("", "latest_run_at")?;
            let summary = PaperSummary {
                plans: count(&row, "plan_count")?,
                runs: count(&row, "run_count")?,
                succeeded_runs: count(&row, "succeeded_run_count")?,
                latest_run_at: latest.map(|time| time.0),
            };
            found.insert(Self { paper: Id::try_new(row.try_get("", "id")?)? }, summary);
        }
        Ok(in_order(&keys, &found))
    }
}

/// How far the claims of a paper were reproduced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReproductionOf {
    /// The paper.
    pub paper: Id<Paper>,
}

/// How far the claims of a paper were reproduced.
#[derive(Clone, Copy, Debug)]
pub struct Reproduction {
    /// How many claims it has.
    pub claims: Count,
    /// How many of them some run was compared with.
    pub evaluated: Count,
    /// How many of them some run reproduced, within the tolerance or better.
    pub reproduced: Count,
}

impl Load for ReproductionOf {
    type Value = Reproduction;

    async fn load(keys: Vec<Self>, reader: &Reader) -> Result<Vec<Option<Reproduction>>> {
        const REPRODUCTION: &str = concat!(
            "SELECT r.paper_id,
                (SELECT count(*) FROM claims AS c WHERE c.paper_id = r.paper_id) AS claims,
                count(DISTINCT e.claim_id) AS evaluated,
                count(DISTINCT CASE WHEN e.verdict <> 'NOT_REPRODUCED' THEN e.claim_id END) AS reproduced
            FROM {rows}
            LEFT JOIN evals AS e ON e.paper_id = r.paper_id
                AND EXISTS (SELECT 1 FROM runs AS n WHERE n.id = e.run_id AND ",
            live_run!(),
            ") GROUP BY r.paper_id"
        );
        let rows = rows("paper_id", keys.iter().map(|key| key.paper));
        let mut found = HashMap::with_capacity(keys.len());
        for row in reader.query(&Bulk::new(REPRODUCTION, Vec::new(), rows)).await? {
            let reproduction = Reproduction {
                claims: count(&row, "claims")?,
                evaluated: count(&row, "evaluated")?,
                reproduced: count(&row, "reproduced")?,
            };
            found.insert(Self { paper: Id::try_new(row.try_get("", "paper_id")?)? }, reproduction);
        }
        Ok(in_order(&keys, &found))
    }
}

/// What there is in a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StatsOf {
    /// The project.
    pub project: Id<Project>,
}

/// What there is in a project.
#[derive(Clone, Copy, Debug)]
pub struct ProjectStats {
    /// How many papers.
    pub papers: Count,
    /// How many runs.
    pub runs: Count,
    /// How many of them wait or are being executed.
    pub open_runs: Count,
    /// How many of them succeeded.
    pub succeeded_runs: Count,
    /// How many of them failed or took too long.
    pub failed_runs: Count,
}

impl Load for StatsOf {
    type Value = ProjectStats;

    async fn load(keys: Vec<Self>, reader: &Reader) -> Result<Vec<Option<ProjectStats>>> {
        const STATS: &str = concat!(
            "SELECT r.project_id,
                (SELECT count(*) FROM papers AS p WHERE p.project_id = r.project_id AND p.deleted_at IS NULL) AS papers,
                count(n.id) AS runs,
                count(CASE WHEN n.status IN ('QUEUED', 'RUNNING', 'PAUSED') THEN 1 END) AS open_runs,
                count(CASE WHEN n.status = 'SUCCEEDED' THEN 1 END) AS succeeded_runs,
                count(CASE WHEN n.status IN ('FAILED', 'TIMEOUT') THEN 1 END) AS failed_runs
            FROM {rows}
            LEFT JOIN runs AS n ON n.project_id = r.project_id
                AND NOT EXISTS (SELECT 1 FROM papers AS p WHERE p.id = n.paper_id AND p.deleted_at IS NOT NULL)
                AND ",
            live_run!(),
            " GROUP BY r.project_id"
        );
        let rows = rows("project_id", keys.iter().map(|key| key.project));
        let mut found = HashMap::with_capacity(keys.len());
        for row in reader.query(&Bulk::new(STATS, Vec::new(), rows)).await? {
            let stats = ProjectStats {
                papers: count(&row, "papers")?,
                runs: count(&row, "runs")?,
                open_runs: count(&row, "open_runs")?,
                succeeded_runs: count(&row, "succeeded_runs")?,
                failed_runs: count(&row, "failed_runs")?,
            };
            found.insert(Self { project: Id::try_new(row.try_get("", "project_id")?)? }, stats);
        }
        Ok(in_order(&keys, &found))
    }
}

/// What is asked about, as rows.
fn rows<T>(column: &'static str, ids: impl Iterator<Item = Id<T>>) -> Vec<(&'static str, Cells)> {
    vec![(column, Cells::Uuid(ids.map(Id::uuid).collect()))]
}

fn count(row: &QueryResult, column: &str) -> Result<Count> {
    Ok(Count::try_new(row.try_get("", column)?)?)
}
