//! Every foreign key is found by an index, and so is every edge in its default order.

use domain::Entity;
use domain::ledger::{AuditEntry, ErrorLog, EventLog};
use sea_orm::IdenStatic;
use storage::{Edge, Sorted};
use tests::database::Kind;

use super::catalog::{Table, catalog};

#[tokio::test]
async fn every_foreign_key_is_found_by_the_column_that_says_most() {
    for kind in Kind::ALL {
        let Some(tables) = catalog(kind).await else { continue };
        let keys: Vec<_> = tables
            .iter()
            .flat_map(|(name, table)| table.foreign_keys.iter().map(move |key| (name, table, key)))
            .collect();
        assert!(keys.len() > 20, "{kind:?} has {} foreign keys", keys.len());
        let slow: Vec<_> =
            keys.iter().filter(|(_, table, key)| !is_indexed(table, key)).map(|(name, _, key)| (name, key)).collect();
        assert!(slow.is_empty(), "no index of {kind:?} finds {slow:?}");
    }
}

/// Whether an index begins with a column of the key, and not with the project that it carries along.
fn is_indexed(table: &Table, key: &[String]) -> bool {
    table.indexes.iter().filter(|index| index.whole || is_sparse(key)).any(|index| {
        let first = &index.columns[0];
        key.contains(first) && (key.len() == 1 || first != "project_id")
    })
}

/// Whether the key may be null, so that an index of the rows that have it is enough.
fn is_sparse(key: &[String]) -> bool {
    key.iter().any(|column| {
        ["run_id", "plan_id", "paper_id", "parent_run_id", "unit_mode_id", "repository_id"].contains(&column.as_str())
    })
}

/// The edges: the child's table, the column of the key, and the columns of the default order.
fn edges() -> Vec<(&'static str, &'static str, Vec<&'static str>)> {
    fn edge<X: Edge<Child: Sorted>>() -> (&'static str, &'static str, Vec<&'static str>) {
        (X::Child::TABLE, X::KEY, by_default::<X::Child>())
    }
    use storage::account::{api_key, provider, session};
    use storage::execution::{
        equation_module, metric_definition, note, plan, run, run_equation, run_lease, snapshot, unit_mode,
    };
    use storage::ledger::{audit, error, event};
    use storage::literature::{asset, claim, paper, storyboard};
    use storage::project::{guideline, member, project, repository};
    vec![
        edge::<provider::ProvidersOfUser>(),
        edge::<session::SessionsOfUser>(),
        edge::<api_key::KeysOfUser>(),
        edge::<api_key::KeysOfProject>(),
        edge::<api_key::KeysOfCreator>(),
        edge::<project::ProjectsOfOwner>(),
        edge::<member::MembersOfProject>(),
        edge::<member::MembershipsOfUser>(),
        edge::<repository::RepositoriesOfProject>(),
        edge::<guideline::GuidelineOfProject>(),
        edge::<guideline::GuidelinesOfCreator>(),
        edge::<paper::PapersOfProject>(),
        edge::<paper::PapersOfCreator>(),
        edge::<claim::ClaimsOfPaper>(),
        edge::<claim::ClaimsOfProject>(),
        edge::<claim::ClaimsOfCreator>(),
        edge::<storyboard::StoryboardsOfPaper>(),
        edge::<storyboard::StoryboardsOfProject>(),
        edge::<storyboard::StoryboardsOfCreator>(),
        edge::<asset::AssetsOfPaper>(),
        edge::<asset::AssetsOfPlan>(),
        edge::<asset::AssetsOfRun>(),
        edge::<asset::AssetsOfProject>(),
        edge::<asset::AssetsOfCreator>(),
        edge::<run::RunsOfProject>(),
        edge::<run::RunsOfPaper>(),
        edge::<run::RunsOfPlan>(),
        edge::<run::RunsOfUnitMode>(),
        edge::<run::RunsOfRun>(),
        edge::<run::RunsOfRepository>(),
        edge::<run::RunsOfCreator>(),
        edge::<run_lease::LeasesOfRun>(),
        edge::<snapshot::SnapshotsOfRun>(),
        edge::<note::NotesOfRun>(),
        edge::<note::NotesOfCreator>(),
        edge::<run_equation::EquationsOfRun>(),
        edge::<run_equation::UsesOfEquationModule>(),
        edge::<event::EventLogsOfRun>(),
        edge::<error::ErrorLogsOfRun>(),
        edge::<storyboard::StoryboardOfRun>(),
        edge::<plan::PlansOfPaper>(),
        edge::<plan::PlansOfProject>(),
        edge::<plan::PlansOfCreator>(),
        edge::<unit_mode::UnitModesOfProject>(),
        edge::<equation_module::EquationModulesOfProject>(),
        edge::<metric_definition::MetricDefinitionsOfProject>(),
        edge::<audit::AuditEntriesOfProject>(),
        edge::<audit::AuditEntriesOfUser>(),
        edge::<audit::AuditEntriesOfKey>(),
        edge::<event::EventLogsOfProject>(),
        edge::<error::ErrorLogsOfProject>(),
    ]
}

/// The columns of the default order of an entity: it ends in the primary key.
fn by_default<E: Sorted>() -> Vec<&'static str> {
    let orders = E::orders();
    std::iter::once(orders.first().unwrap().0.column.as_str()).chain(E::KEY.iter().copied()).collect()
}

/// What only grows is listed as a whole as well: nobody filters it before they have seen it.
#[tokio::test]
async fn every_log_is_found_in_its_default_order() {
    for kind in Kind::ALL {
        let Some(tables) = catalog(kind).await else { continue };
        let logs = [
            (AuditEntry::TABLE, by_default::<AuditEntry>()),
            (EventLog::TABLE, by_default::<EventLog>()),
            (ErrorLog::TABLE, by_default::<ErrorLog>()),
        ];
        for (table, order) in logs {
            assert!(
                tables[table].indexes.iter().any(|index| index.whole && index.columns == order),
                "{table} on {kind:?}"
            );
        }
    }
}

#[tokio::test]
async fn every_edge_is_found_in_its_default_order() {
    for kind in Kind::ALL {
        let Some(tables) = catalog(kind).await else { continue };
        let slow: Vec<_> = edges().into_iter().filter(|edge| !is_sorted(&tables[edge.0], edge)).collect();
        assert!(slow.is_empty(), "no index of {kind:?} sorts {slow:?}");
    }
}

fn is_sorted(table: &Table, (_, key, order): &(&str, &str, Vec<&str>)) -> bool {
    table.indexes.iter().filter(|index| index.whole).any(|index| {
        let alone = index.unique && index.columns == [*key];
        alone || index.columns.first().is_some_and(|first| first == key) && index.columns[1..] == order[..]
    })
}

/// Foreign keys whose other end has no entity yet, and those that are there for what they keep, not to be walked.
const NO_EDGES: [&str; 2] = ["run_id", "owner_role"];

#[tokio::test]
async fn every_foreign_key_is_an_edge() {
    let Some(tables) = catalog(Kind::Sqlite).await else { return };
    let edges = edges();
    let walked = |table: &str, column: &str| edges.iter().any(|(child, key, _)| *child == table && *key == column);
    let kept = ["runs", "uploads", "creations", "user_tokens"];
    for (name, table) in tables.iter().filter(|(name, _)| !kept.contains(&name.as_str())) {
        for key in &table.foreign_keys {
            let last = key.iter().find(|column| key.len() == 1 || *column != "project_id" && *column != "id").unwrap();
            assert!(walked(name, last) || NO_EDGES.contains(&last.as_str()), "{name}.{last} is no edge");
        }
    }
}
