//! Runs in groups, and what each group comes to, in one statement for any number of projects. Values are summed up as
//! [`Sums`] says, so that nothing overflows and little is lost; what follows from that is the domain's.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use domain::execution::{Run, RunGroupField, SeriesName, Spread, Sums};
use domain::project::Project;
use domain::{Count, Id, JsonPath};
use sea_orm::QueryResult;
use sea_orm::sea_query::{
    Alias, Asterisk, Condition, Expr, ExprTrait, IntoTableRef, JoinType, Order, Query, SelectStatement, TableRef,
};
use serde_json::Value;
use uuid::Uuid;

use super::{run, run_series};
use crate::dialect::Dialect;
use crate::error::Result;
use crate::predicate::{Asked, Predicate};
use crate::read::{Load, shared};
use crate::reader::Reader;
use crate::scope::{Depth, Known, PROJECT, visible};

/// By what runs are grouped: those are in one group that have the same.
#[derive(Clone, Debug, PartialEq)]
pub enum GroupBy {
    /// What their settings have at a path.
    Config(JsonPath),
    /// A field of theirs.
    Field(RunGroupField),
}

/// How runs are grouped, and what is wanted of each group.
#[derive(Clone, Debug)]
pub struct Grouping {
    by: Vec<GroupBy>,
    metrics: Vec<SeriesName>,
    filter: Option<Predicate<Run>>,
    size: u64,
    /// What makes two of them the same.
    key: String,
}

impl Grouping {
    /// The groups of the runs that pass a filter, at most so many, with what each comes to in these metrics.
    pub fn new(by: Vec<GroupBy>, metrics: Vec<SeriesName>, filter: Option<Predicate<Run>>, size: u64) -> Self {
        let key = format!("{by:?} {metrics:?} {filter:?} {size}");
        Self { by, metrics, filter, size, key }
    }

    /// The metrics that are wanted.
    pub fn metrics(&self) -> &[SeriesName] {
        &self.metrics
    }
}

impl PartialEq for Grouping {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Grouping {}

impl Hash for Grouping {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}

/// The groups of a project that was read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GroupsOf {
    /// The project.
    pub project: Id<Project>,
    /// How its runs are grouped.
    pub grouping: Arc<Grouping>,
}

/// Groups of runs, the largest first.
#[derive(Clone, Debug, Default)]
pub struct Groups {
    /// The groups.
    pub groups: Vec<Group>,
    /// Whether there are more after these.
    pub more: bool,
}

/// A group of runs.
#[derive(Clone, Debug)]
pub struct Group {
    /// What its runs have the same, each as it was asked for; null where they have nothing.
    pub values: Vec<Value>,
    /// How many runs it has.
    pub runs: Count,
    /// What it comes to in each metric; none where none of its runs has a finite value.
    pub spreads: Vec<Option<Spread>>,
}

impl Load for GroupsOf {
    type Value = Arc<Groups>;

    async fn load(keys: Vec<Self>, reader: &Reader) -> Result<Vec<Option<Self::Value>>> {
        let mut asked: HashMap<Arc<Grouping>, Vec<Uuid>> = HashMap::new();
        for key in &keys {
            asked.entry(Arc::clone(&key.grouping)).or_default().push(key.project.uuid());
        }
        let viewer = reader.viewer();
        let mut found: HashMap<Self, Groups> = keys.iter().map(|key| (key.clone(), Groups::default())).collect();
        for (grouping, projects) in asked {
            for row in reader.query(&select(reader.asked(&viewer), &grouping, &projects)).await? {
                let project = Id::try_new(row.try_get("", PROJECT)?)?;
                let groups = &mut found.entry(Self { project, grouping: Arc::clone(&grouping) }).or_default().groups;
                groups.push(group(&row, &grouping)?);
            }
        }
        for (key, found) in &mut found {
            let size = usize::try_from(key.grouping.size).unwrap_or(usize::MAX);
            found.more = found.groups.len() > size;
            found.groups.truncate(size);
        }
        Ok(shared(&keys, found))
    }
}

/// The groups of each project, the largest first, one more than are wanted.
fn select(asked: Asked<'_>, grouping: &Grouping, projects: &[Uuid]) -> SelectStatement {
    let keys: Vec<_> = grouping.by.iter().enumerate().flat_map(|(at, by)| columns_of(at, by)).collect();
    let bytes = |key: &str| if key.ends_with("_text") { asked.dialect.by_bytes() } else { "" };
    let sorted: String = keys.iter().map(|key| format!(", {key} IS NULL, {key}{}", bytes(key))).collect();
    let place = format!("row_number() OVER (PARTITION BY {PROJECT} ORDER BY runs DESC{sorted}) AS place");
    let placed = further(grouped(members(asked, grouping, projects), grouping, keys), vec![place]);
    let wanted = i64::try_from(grouping.size).unwrap_or(i64::MAX).saturating_add(1);
    Query::select()
        .column(Asterisk)
        .from_subquery(placed, Alias::new("m"))
        .and_where(Expr::cust("place").lte(wanted))
        .order_by_expr(Expr::cust("place"), Order::Asc)
        .take()
}

/// The groups of the members, each with what is summed up of it.
fn grouped(mut members: SelectStatement, grouping: &Grouping, keys: Vec<String>) -> SelectStatement {
    let mut same = keys;
    same.insert(0, PROJECT.to_owned());
    let joined = same.join(", ");
    let metrics = grouping.metrics.len();
    for stage in STAGES {
        members = further(members, each(stage, metrics, &joined));
    }
    let paths = grouping.by.iter().enumerate().filter(|(_, by)| matches!(by, GroupBy::Config(_)));
    let digits = paths.map(|(at, _)| format!("min(k{at}_digits) AS k{at}_digits"));
    let columns = same.iter().cloned().chain(["count(*) AS runs".to_owned()]).chain(digits);
    Query::select()
        .exprs(columns.chain(each(&SUMS, metrics, &joined)).map(Expr::cust))
        .from_subquery(members, Alias::new("m"))
        .add_group_by(same.iter().cloned().map(Expr::cust))
        .take()
}

/// These columns for each metric, whose place stands for `#`.
fn each(columns: &[&str], metrics: usize, same: &str) -> Vec<String> {
    let of = |at: usize| columns.iter().map(move |text| text.replace('#', &at.to_string()).replace("{same}", same));
    (0..metrics).flat_map(of).collect()
}

/// A select with more columns.
fn further(select: SelectStatement, columns: Vec<String>) -> SelectStatement {
    let columns = columns.into_iter().map(Expr::cust);
    Query::select().column(Asterisk).exprs(columns).from_subquery(select, Alias::new("m")).take()
}

/// From the values of each group to how far each is, within what lies between the least and the greatest. `{same}` is what
/// the runs of a group have the same. PostgreSQL refuses to compute what is too large or too small for a double.
const STAGES: [&[&str]; 5] = [
    &["min(v#) OVER (PARTITION BY {same}) AS lo#", "max(v#) OVER (PARTITION BY {same}) AS hi#"],
    &[
        "CASE WHEN hi# > 1e307 OR lo# < -1e307 THEN (CASE WHEN abs(v#) < 1 THEN 0.0 ELSE v# * 0.5 END)
            - (CASE WHEN abs(lo#) < 1 THEN 0.0 ELSE lo# * 0.5 END) ELSE v# - lo# END AS w#",
        "CASE WHEN hi# > 1e307 OR lo# < -1e307 THEN (CASE WHEN abs(hi#) < 1 THEN 0.0 ELSE hi# * 0.5 END)
            - (CASE WHEN abs(lo#) < 1 THEN 0.0 ELSE lo# * 0.5 END) ELSE hi# - lo# END AS r#",
    ],
    &[
        "CASE WHEN v# IS NULL THEN NULL WHEN r# = 0 THEN 0.0 WHEN r# >= 1 AND w# < r# * 1e-200 THEN 0.0 ELSE w# / r# END AS x#",
    ],
    &["avg(x#) OVER (PARTITION BY {same}) AS a#"],
    &["CASE WHEN abs(x# - a#) < 1e-150 THEN 0.0 ELSE x# - a# END AS d#"],
];

/// What is summed up of each group.
const SUMS: [&str; 6] =
    ["count(v#) AS n#", "min(v#) AS lo#", "max(v#) AS hi#", "max(a#) AS a#", "sum(d#) AS d#", "sum(d# * d#) AS q#"];

/// The columns of what runs have the same: each type of value has one.
fn columns_of(at: usize, by: &GroupBy) -> Vec<String> {
    let types: &[_] = match by {
        GroupBy::Config(_) => &["number", "text", "flag"],
        GroupBy::Field(RunGroupField::Seed) => &["seed"],
        GroupBy::Field(RunGroupField::Tag | RunGroupField::Group) => &["text"],
    };
    types.iter().map(|ty| format!("k{at}_{ty}")).collect()
}

/// The runs that are grouped, each with what it is grouped by and the last value of each metric.
fn members(asked: Asked<'_>, grouping: &Grouping, projects: &[Uuid]) -> SelectStatement {
    let (dialect, outer) = (asked.dialect, Depth::OUTER);
    let of_project = outer.column(run::Column::ProjectId);
    let mut select = outer.select_from::<Run>();
    select
        .expr_as(of_project.clone(), Alias::new(PROJECT))
        .and_where(dialect.among(of_project, projects))
        .cond_where(visible::<Run>(asked.viewer, dialect, outer, Known::ParentSeen(PROJECT)))
        .cond_where(grouping.filter.as_ref().map_or_else(Condition::all, |filter| filter.condition(asked, outer)));
    for (at, by) in grouping.by.iter().enumerate() {
        group_by(&mut select, dialect, at, by);
    }
    for (at, name) in grouping.metrics.iter().enumerate() {
        let alias = Alias::new(format!("s{at}"));
        let column = |column: run_series::Column| Expr::col((alias.clone(), column));
        let of_run = column(run_series::Column::RunId).eq(outer.column(run::Column::Id));
        let table = Alias::new("run_series").into_table_ref().alias(alias.clone());
        select.join(JoinType::LeftJoin, table, of_run.and(run_series::is_named(column, name)));
        select.expr_as(column(run_series::Column::Last), Alias::new(format!("v{at}")));
    }
    select
}

fn group_by(select: &mut SelectStatement, dialect: Dialect, at: usize, by: &GroupBy) {
    let name = |ty: &str| Alias::new(format!("k{at}_{ty}"));
    let column = |column| Depth::OUTER.column(column);
    match by {
        GroupBy::Config(path) => {
            let config = || column(run::Column::Config);
            select
                .expr_as(dialect.number_at(config(), path), name("number"))
                .expr_as(dialect.text_at(config(), path), name("text"))
                .expr_as(dialect.flag_at(config(), path), name("flag"))
                .expr_as(dialect.digits_at(config(), path), name("digits"));
        }
        GroupBy::Field(RunGroupField::Tag) => {
            let tag = Alias::new(format!("g{at}"));
            let tags = TableRef::FunctionCall(dialect.texts_of(column(run::Column::Tags)), tag.clone().into());
            select.join(JoinType::LeftJoin, tags, Expr::val(true));
            select.expr_as(Expr::col((tag, Alias::new("value"))), name("text"));
        }
        GroupBy::Field(RunGroupField::Group) => drop(select.expr_as(column(run::Column::Group), name("text"))),
        GroupBy::Field(RunGroupField::Seed) => drop(select.expr_as(column(run::Column::Seed), name("seed"))),
    }
}

fn group(row: &QueryResult, grouping: &Grouping) -> Result<Group> {
    let values = grouping.by.iter().enumerate().map(|(at, by)| value(row, at, by)).collect::<Result<_>>()?;
    let spreads = (0..grouping.metrics.len()).map(|at| spread(row, at)).collect::<Result<_>>()?;
    Ok(Group { values, runs: Count::try_new(row.try_get("", "runs")?)?, spreads })
}

/// What the runs of a group have the same.
fn value(row: &QueryResult, at: usize, by: &GroupBy) -> Result<Value> {
    let column = |ty: &str| format!("k{at}_{ty}");
    if let GroupBy::Field(RunGroupField::Seed) = by {
        let seed: Option<i64> = row.try_get("", &column("seed"))?;
        return Ok(seed.map(|seed| seed.to_string()).into());
    }
    let text: Option<String> = row.try_get("", &column("text"))?;
    if text.is_some() || matches!(by, GroupBy::Field(_)) {
        return Ok(text.into());
    }
    let digits: Option<String> = row.try_get("", &column("digits"))?;
    match digits {
        Some(digits) => Ok(digits.parse().map(number).unwrap_or_default()),
        None => Ok(row.try_get::<Option<bool>>("", &column("flag"))?.into()),
    }
}

/// A double as JSON: a whole one without a fraction.
fn number(double: f64) -> Value {
    let whole = double.fract() == 0.0 && double.abs() <= 9_007_199_254_740_991.0;
    let whole: Option<i64> = whole.then(|| format!("{double:.0}").parse().ok()).flatten();
    whole.map_or_else(|| double.into(), Value::from)
}

fn spread(row: &QueryResult, at: usize) -> Result<Option<Spread>> {
    let real = |name: &str| row.try_get::<Option<f64>>("", &format!("{name}{at}"));
    let count = Count::try_new(row.try_get("", &format!("n{at}"))?)?;
    let (Some(min), Some(max)) = (real("lo")?, real("hi")?) else { return Ok(None) };
    let (Some(average), Some(rest), Some(squares)) = (real("a")?, real("d")?, real("q")?) else { return Ok(None) };
    Ok(Sums { count, min, max, average, rest, squares }.spread())
}
