//! Every foreign key is found by an index, and so is every edge in its default order.

use domain::Entity;
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

/// The edges: the child's table, the column of the key, and the column of the default order.
fn edges() -> Vec<(&'static str, &'static str, &'static str)> {
    fn edge<X: Edge<Child: Sorted>>() -> (&'static str, &'static str, &'static str) {
        let orders = X::Child::orders();
        let order = &orders.first().unwrap().0;
        (X::Child::TABLE, X::KEY, order.column.as_str())
    }
    use storage::account::{api_key, provider, session};
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
        edge::<asset::AssetsOfProject>(),
        edge::<asset::AssetsOfCreator>(),
    ]
}

#[tokio::test]
async fn every_edge_is_found_in_its_default_order() {
    for kind in Kind::ALL {
        let Some(tables) = catalog(kind).await else { continue };
        let slow: Vec<_> = edges().into_iter().filter(|edge| !is_sorted(&tables[edge.0], *edge)).collect();
        assert!(slow.is_empty(), "no index of {kind:?} sorts {slow:?}");
    }
}

fn is_sorted(table: &Table, (_, key, order): (&str, &str, &str)) -> bool {
    table.indexes.iter().filter(|index| index.whole).any(|index| {
        let alone = index.unique && index.columns == [key];
        alone || index.columns == [key, order, "id"]
    })
}

/// Foreign keys whose other end has no entity yet, and those that are there for what they keep, not to be walked.
const NO_EDGES: [&str; 3] = ["plan_id", "run_id", "owner_role"];

#[tokio::test]
async fn every_foreign_key_is_an_edge() {
    let Some(tables) = catalog(Kind::Sqlite).await else { return };
    let edges = edges();
    let walked = |table: &str, column: &str| edges.iter().any(|(child, key, _)| *child == table && *key == column);
    let kept = ["plans", "runs", "unit_modes", "uploads", "creations", "user_tokens"];
    for (name, table) in tables.iter().filter(|(name, _)| !kept.contains(&name.as_str())) {
        for key in &table.foreign_keys {
            let last = key.iter().find(|column| key.len() == 1 || *column != "project_id" && *column != "id").unwrap();
            assert!(walked(name, last) || NO_EDGES.contains(&last.as_str()), "{name}.{last} is no edge");
        }
    }
}
