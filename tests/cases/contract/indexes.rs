//! Every foreign key is found by an index, and so is every edge in its default order.

use domain::Entity;
use domain::account::User;
use domain::ledger::{AuditEntry, ErrorLog, EventLog};
use domain::literature::{Asset, Claim, Paper, Storyboard};
use domain::project::{Project, Repository};
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

/// An edge: the child's table, the column of the key, and the columns of the default order.
type Edged = (&'static str, &'static str, Vec<&'static str>);

/// All edges.
fn edges() -> Vec<Edged> {
    use storage::account::{api_key, provider, session};
    use storage::ledger::{audit, error, event};
    use storage::literature::{asset, claim, paper, storyboard};
    use storage::project::{guideline, member, project, repository};
    let mut edges = of_execution();
    edges.extend([
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
        edge::<event::EventLogsOfRun>(),
        edge::<error::ErrorLogsOfRun>(),
        edge::<storyboard::StoryboardOfRun>(),
        edge::<audit::AuditEntriesOfProject>(),
        edge::<audit::AuditEntriesOfUser>(),
        edge::<audit::AuditEntriesOfKey>(),
        edge::<event::EventLogsOfProject>(),
        edge::<error::ErrorLogsOfProject>(),
    ]);
    edges
}

fn of_execution() -> Vec<Edged> {
    use storage::execution::{
        equation_module, eval, metric_definition, note, plan, run, run_batch, run_equation, run_event, run_lease,
        run_series, snapshot, unit_mode,
    };
    vec![
        edge::<run::RunsOfProject>(),
        edge::<run::RunsOfPaper>(),
        edge::<run::RunsOfPlan>(),
        edge::<run::RunsOfUnitMode>(),
        edge::<run::RunsOfRun>(),
        edge::<run::RunsOfRepository>(),
        edge::<run::RunsOfCreator>(),
        edge::<run_lease::LeasesOfRun>(),
        edge::<eval::EvalsOfRun>(),
        edge::<eval::EvalsOfPaper>(),
        edge::<eval::EvalsOfClaim>(),
        edge::<eval::EvalsOfProject>(),
        edge::<run_batch::BatchesOfRun>(),
        edge::<run_event::EventsOfRun>(),
        edge::<run_series::SeriesOfRun>(),
        edge::<snapshot::SnapshotsOfRun>(),
        edge::<note::NotesOfRun>(),
        edge::<note::NotesOfCreator>(),
        edge::<run_equation::EquationsOfRun>(),
        edge::<run_equation::UsesOfEquationModule>(),
        edge::<plan::PlansOfPaper>(),
        edge::<plan::PlansOfProject>(),
        edge::<plan::PlansOfCreator>(),
        edge::<unit_mode::UnitModesOfProject>(),
        edge::<equation_module::EquationModulesOfProject>(),
        edge::<metric_definition::MetricDefinitionsOfProject>(),
    ]
}

fn edge<X: Edge<Child: Sorted>>() -> Edged {
    (X::Child::TABLE, X::KEY, by_default::<X::Child>())
}

/// The columns of the default order of an entity: it ends in the primary key.
fn by_default<E: Sorted>() -> Vec<&'static str> {
    let orders = E::orders();
    std::iter::once(orders.first().unwrap().0.column().unwrap().as_str()).chain(E::KEY.iter().copied()).collect()
}

/// Lists of all that there is, which administrators ask for: in their default order, and claims by how sure they are.
#[tokio::test]
async fn every_list_of_all_is_found_in_its_order() {
    for kind in Kind::ALL {
        let Some(tables) = catalog(kind).await else { continue };
        let orders = [
            (User::TABLE, by_default::<User>()),
            (Project::TABLE, by_default::<Project>()),
            (Repository::TABLE, by_default::<Repository>()),
            (Paper::TABLE, by_default::<Paper>()),
            (Claim::TABLE, by_default::<Claim>()),
            (Claim::TABLE, vec!["confidence", "id"]),
            (Storyboard::TABLE, by_default::<Storyboard>()),
            (Asset::TABLE, by_default::<Asset>()),
            (AuditEntry::TABLE, by_default::<AuditEntry>()),
            (EventLog::TABLE, by_default::<EventLog>()),
            (ErrorLog::TABLE, by_default::<ErrorLog>()),
        ];
        for (table, order) in orders {
            let found = tables[table].indexes.iter().any(|index| index.whole && index.columns == order);
            assert!(found, "no index of {kind:?} sorts {table} by {order:?}");
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
        // What a row is known by is its place under the parent.
        let by_place = index.unique && index.columns == [*key, order[0]] && order[1..] == [*key, order[0]];
        alone || by_place || index.columns.first().is_some_and(|first| first == key) && index.columns[1..] == order[..]
    })
}

/// Foreign keys that are there for what they keep, not to be walked.
const NO_EDGES: [&str; 1] = ["owner_role"];

#[tokio::test]
async fn every_foreign_key_is_an_edge() {
    let Some(tables) = catalog(Kind::Sqlite).await else { return };
    let edges = edges();
    let walked = |table: &str, column: &str| edges.iter().any(|(child, key, _)| *child == table && *key == column);
    let kept = ["uploads", "creations", "user_tokens", "series_points"];
    for (name, table) in tables.iter().filter(|(name, _)| !kept.contains(&name.as_str())) {
        for key in &table.foreign_keys {
            let last = key.iter().find(|column| key.len() == 1 || *column != "project_id" && *column != "id").unwrap();
            assert!(walked(name, last) || NO_EDGES.contains(&last.as_str()), "{name}.{last} is no edge");
        }
    }
}
