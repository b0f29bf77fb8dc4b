//! Changing many runs alike, in one unit of work: all or none.

use std::collections::HashSet;

use domain::execution::Run;
use domain::{Action, Id, Policed, Sees};
use sea_orm::sea_query::{Condition, Order};

use super::run::Column;
use crate::dialect::Lock;
use crate::error::{Error, Result};
use crate::predicate::Predicate;
use crate::reader::{decode, select_seen};
use crate::row::column_named;
use crate::scope::{self, Depth, PROJECT, under_live};
use crate::write::{Edited, Work};

/// The most runs that are changed at once.
pub const MOST: usize = 1000;

/// Which runs.
#[derive(Clone, Debug)]
pub enum Which {
    /// These; each must be there, and be one that the viewer may change.
    These(Vec<Id<Run>>),
    /// Those that pass this, among those that the viewer may change.
    Passing(Predicate<Run>),
}

/// Whether runs are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// They are.
    Write,
    /// Nothing is: it is only told which would be.
    DryRun,
}

/// Changes runs, and answers those that the change made other than they were.
pub async fn update_all(
    work: &mut Work,
    which: &Which,
    mode: Mode,
    change: impl Fn(&mut Run) -> Result<()> + Send,
) -> Result<Vec<Run>> {
    let mut changed = Vec::new();
    for before in locked(work, which).await? {
        let mut after = before.clone();
        change(&mut after)?;
        if after != before {
            let after = after.touched(work.now());
            changed.push((before, after));
        }
    }
    if mode == Mode::Write {
        work.replace_all(&changed).await?;
    }
    Ok(changed.into_iter().map(|(_, after)| after).collect())
}

/// The runs, locked to be changed.
async fn locked(work: &mut Work, which: &Which) -> Result<Vec<Run>> {
    let column = |column| Depth::OUTER.column(column);
    let viewer = work.viewer();
    let condition = match which {
        Which::These(ids) => {
            let ids: Vec<_> = ids.iter().map(|id| id.uuid()).collect();
            Condition::all().add(work.dialect().among(column(Column::Id), &ids))
        }
        Which::Passing(predicate) => {
            let passing = predicate.condition(work.reader().asked(&viewer), Depth::OUTER);
            let own = match viewer.may_in(Run::WRITTEN) {
                Sees::All => None,
                Sees::These(projects) => {
                    let projects: Vec<_> = projects.into_iter().map(Id::uuid).collect();
                    Some(work.dialect().among(column(column_named::<Run>(PROJECT)), &projects))
                }
            };
            Condition::all().add(passing).add_option(own)
        }
    };
    let mut select = select_seen::<Run>(&viewer, work.dialect(), condition);
    under_live::<Run>(&mut select, work.dialect());
    scope::lock::<Run>(&mut select, work.dialect(), Lock::Update);
    select.order_by_expr(column(Column::Id), Order::Asc).limit(u64::try_from(MOST).unwrap_or(u64::MAX) + 1);
    let runs: Vec<Run> = work.query(&select).await?.iter().map(decode).collect::<Result<_>>()?;
    check(work, which, &runs)?;
    Ok(runs)
}

fn check(work: &Work, which: &Which, runs: &[Run]) -> Result<()> {
    match which {
        Which::These(ids) => {
            let named: HashSet<_> = ids.iter().map(|id| id.uuid()).collect();
            if runs.len() < named.len() {
                return Err(Error::Missing { what: <Run as domain::Entity>::NAME });
            }
            runs.iter().try_for_each(|run| work.allow::<Run>(Action::Write, run.belongs()))
        }
        Which::Passing(_) if runs.len() > MOST => {
            Err(Error::refused(&["input", "filter"], "length", format!("more than {MOST} runs pass the filter")))
        }
        Which::Passing(_) => Ok(()),
    }
}
