//! A leaderboard: what the papers of a project claim of a metric on a dataset, each beside the best that was observed of it,
//! in one statement for any number of projects.

use std::collections::HashMap;
use std::sync::Arc;

use domain::Id;
use domain::execution::{Direction, Eval, Run};
use domain::literature::{Claim, Paper};
use domain::project::Project;
use domain::text::Label;
use sea_orm::QueryResult;
use uuid::Uuid;

use crate::bulk::{Bulk, Cells};
use crate::column::Col;
use crate::error::Result;
use crate::read::{Load, in_order};
use crate::reader::Reader;

/// What a leaderboard is of.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Board {
    /// The dataset.
    pub dataset: Label,
    /// The metric.
    pub metric: Label,
    /// The part of the dataset; without one all.
    pub split: Option<Label>,
    /// Which values are better, unless that is as the metric's definition has it.
    pub direction: Option<Direction>,
    /// How many papers at most.
    pub size: u64,
}

/// The leaderboard of a project that was read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LeaderboardOf {
    /// The project.
    pub project: Id<Project>,
    /// What it is of.
    pub board: Board,
}

/// Papers by the best that was observed.
#[derive(Clone, Debug)]
pub struct Leaderboard {
    /// Which values are better.
    pub direction: Direction,
    /// The papers, best first.
    pub entries: Vec<Place>,
    /// Whether there are more after these.
    pub more: bool,
}

/// A paper's place.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The paper.
    pub paper: Id<Paper>,
    /// The claim that counts, where there is one.
    pub claim: Option<Id<Claim>>,
    /// The best that was observed, where anything was.
    pub best: Option<Id<Eval>>,
    /// The run that showed it.
    pub run: Option<Id<Run>>,
}

impl Load for LeaderboardOf {
    type Value = Arc<Leaderboard>;

    async fn load(keys: Vec<Self>, reader: &Reader) -> Result<Vec<Option<Self::Value>>> {
        let mut boards: HashMap<Board, Vec<Id<Project>>> = HashMap::new();
        for key in &keys {
            boards.entry(key.board.clone()).or_default().push(key.project);
        }
        let mut found = HashMap::new();
        for (board, projects) in boards {
            for (project, leaderboard) in load(&board, &projects, reader).await? {
                found.insert(Self { project, board: board.clone() }, Arc::new(leaderboard));
            }
        }
        Ok(in_order(&keys, &found))
    }
}

/// What is asked, with the direction; what was observed on this dataset, best first for each paper; what is claimed of it,
/// the surest first for each paper, and the newest of those; and the papers that have any of both.
///
/// What was observed belongs to the dataset and the split of its claim, or to those of the run's plan where the claim does
/// not say, or where there is none. A claim that names no dataset belongs to those on which it was observed.
const LEADERBOARD: &str = "WITH asked AS (
        SELECT r.project_id, coalesce(CAST($4 AS text), (
            SELECT d.direction FROM metric_definitions AS d
            WHERE d.key = $2 AND (d.project_id = r.project_id OR d.project_id IS NULL)
            ORDER BY CASE WHEN d.project_id IS NULL THEN 1 ELSE 0 END LIMIT 1
        ), 'MAXIMIZE') AS direction
        FROM {rows}
    ), observed AS (
        SELECT a.project_id, e.paper_id, e.claim_id, e.run_id, e.id AS eval_id,
            CASE a.direction WHEN 'MINIMIZE' THEN -e.observed ELSE e.observed END AS score
        FROM asked AS a
        JOIN evals AS e ON e.project_id = a.project_id AND e.metric_name = $2
        JOIN papers AS p ON p.id = e.paper_id AND p.deleted_at IS NULL
        JOIN runs AS n ON n.id = e.run_id AND n.deleted_at IS NULL
        LEFT JOIN plans AS l ON l.id = n.plan_id
        LEFT JOIN claims AS c ON c.id = e.claim_id
        WHERE l.deleted_at IS NULL
            AND coalesce(c.dataset_name, l.document -> 'dataset' ->> 'name') = $1
            AND (CAST($3 AS text) IS NULL
                OR CASE WHEN c.id IS NULL THEN l.document -> 'dataset' ->> 'split' ELSE c.split END = $3)
    ), best AS (
        SELECT o.*, row_number() OVER (PARTITION BY o.paper_id ORDER BY o.score DESC, o.eval_id) AS place FROM observed AS o
    ), claimed AS (
        SELECT a.project_id, c.paper_id, c.id AS claim_id,
            CASE a.direction WHEN 'MINIMIZE' THEN -c.metric_value ELSE c.metric_value END AS score,
            row_number() OVER (PARTITION BY c.paper_id ORDER BY c.confidence DESC, c.created_at DESC, c.id DESC) AS place
        FROM asked AS a
        JOIN claims AS c ON c.project_id = a.project_id AND c.metric_name = $2
        JOIN papers AS p ON p.id = c.paper_id AND p.deleted_at IS NULL
        WHERE (c.dataset_name = $1 OR (c.dataset_name IS NULL AND c.id IN (SELECT o.claim_id FROM observed AS o)))
            AND (CAST($3 AS text) IS NULL OR c.split = $3)
    ), papers_of_both AS (
        SELECT project_id, paper_id FROM best WHERE place = 1
        UNION SELECT project_id, paper_id FROM claimed WHERE place = 1
    ), ranked AS (
        SELECT b.project_id, b.paper_id, c.claim_id, o.run_id, o.eval_id, row_number() OVER (
            PARTITION BY b.project_id
            ORDER BY CASE WHEN o.eval_id IS NULL THEN 1 ELSE 0 END, coalesce(o.score, c.score) DESC, b.paper_id
        ) AS place
        FROM papers_of_both AS b
        LEFT JOIN best AS o ON o.paper_id = b.paper_id AND o.place = 1
        LEFT JOIN claimed AS c ON c.paper_id = b.paper_id AND c.place = 1
    )
    SELECT a.project_id, a.direction, k.paper_id, k.claim_id, k.run_id, k.eval_id
    FROM asked AS a LEFT JOIN ranked AS k ON k.project_id = a.project_id AND k.place <= $5
    ORDER BY a.project_id, k.place";

async fn load(board: &Board, projects: &[Id<Project>], reader: &Reader) -> Result<HashMap<Id<Project>, Leaderboard>> {
    let values = vec![
        board.dataset.as_str().into(),
        board.metric.as_str().into(),
        board.split.as_ref().map(Label::as_str).into(),
        board.direction.map(Direction::as_str).into(),
        i64::try_from(board.size).unwrap_or(i64::MAX).saturating_add(1).into(),
    ];
    let rows = vec![("project_id", Cells::Uuid(projects.iter().map(|project| project.uuid()).collect()))];
    let mut found: HashMap<Id<Project>, Leaderboard> = HashMap::with_capacity(projects.len());
    for row in reader.query(&Bulk::new(LEADERBOARD, values, rows)).await? {
        let Col(direction) = row.try_get("", "direction")?;
        let project = Id::try_new(row.try_get("", "project_id")?)?;
        let board = found.entry(project).or_insert(Leaderboard { direction, entries: Vec::new(), more: false });
        board.entries.extend(place(&row)?);
    }
    let size = usize::try_from(board.size).unwrap_or(usize::MAX);
    for board in found.values_mut() {
        board.more = board.entries.len() > size;
        board.entries.truncate(size);
    }
    Ok(found)
}

/// The place of a row; none where the project has no papers of this sort.
fn place(row: &QueryResult) -> Result<Option<Place>> {
    let Some(paper) = id(row, "paper_id")? else { return Ok(None) };
    Ok(Some(Place { paper, claim: id(row, "claim_id")?, best: id(row, "eval_id")?, run: id(row, "run_id")? }))
}

fn id<T>(row: &QueryResult, column: &str) -> Result<Option<Id<T>>> {
    let id: Option<Uuid> = row.try_get("", column)?;
    Ok(id.map(Id::try_new).transpose()?)
}
