//! Migrated tables have the columns of their entities, of the same types, null where they are, on both databases.

use std::collections::{BTreeMap, BTreeSet};

use domain::account::{ApiKey, Session, User, UserProvider, UserToken};
use domain::execution::{
    EquationModule, Eval, MetricDefinition, Note, Plan, Run, RunBatch, RunEquation, RunEvent, RunLease, RunSeries,
    SeriesPoint, Snapshot, UnitMode,
};
use domain::files::Upload;
use domain::ledger::{AuditEntry, ErrorLog, EventLog, LedgerHead};
use domain::literature::{Asset, Claim, Paper, Storyboard};
use domain::project::{Project, ProjectGuideline, ProjectMember, Repository};
use sea_orm::sea_query::ColumnType;
use sea_orm::{ColumnTrait, IdenStatic, Iterable};
use storage::row::{Column, Row};
use tests::database::Kind;

use super::catalog::catalog;

/// Tables that the kits keep for themselves.
const OF_THE_KITS: [&str; 5] = ["creations", "object_deletions", "schema_migrations", "sign_in_attempts", "tasks"];

type Columns = BTreeMap<String, (String, bool)>;

#[tokio::test]
async fn tables_have_the_columns_of_their_entities() {
    for kind in Kind::ALL {
        let Some(tables) = catalog(kind).await else { continue };
        let entities = entities(kind);
        for (table, columns) in &entities {
            let there = tables.get(*table).unwrap_or_else(|| panic!("there is no table {table}"));
            assert_eq!(&there.columns, columns, "{table} on {kind:?}");
        }
        let known: BTreeSet<&str> = entities.keys().copied().chain(OF_THE_KITS).collect();
        let there: BTreeSet<&str> = tables.keys().map(String::as_str).collect();
        assert_eq!(there, known, "{kind:?}");
    }
}

fn entities(kind: Kind) -> BTreeMap<&'static str, Columns> {
    [
        shape::<User>(kind),
        shape::<UserProvider>(kind),
        shape::<Session>(kind),
        shape::<UserToken>(kind),
        shape::<ApiKey>(kind),
        shape::<Project>(kind),
        shape::<ProjectMember>(kind),
        shape::<Repository>(kind),
        shape::<ProjectGuideline>(kind),
        shape::<Paper>(kind),
        shape::<Claim>(kind),
        shape::<Storyboard>(kind),
        shape::<Asset>(kind),
        shape::<Run>(kind),
        shape::<RunLease>(kind),
        shape::<Eval>(kind),
        shape::<Snapshot>(kind),
        shape::<Note>(kind),
        shape::<RunEquation>(kind),
        shape::<Plan>(kind),
        shape::<UnitMode>(kind),
        shape::<EquationModule>(kind),
        shape::<MetricDefinition>(kind),
        shape::<RunBatch>(kind),
        shape::<RunEvent>(kind),
        shape::<RunSeries>(kind),
        shape::<SeriesPoint>(kind),
        shape::<Upload>(kind),
        shape::<LedgerHead>(kind),
        shape::<AuditEntry>(kind),
        shape::<EventLog>(kind),
        shape::<ErrorLog>(kind),
    ]
    .into()
}

fn shape<E: Row>(kind: Kind) -> (&'static str, Columns) {
    let written_by_us = Column::<E>::iter().filter(|column| !E::computed().contains(&column.as_str()));
    let columns = written_by_us.map(|column| {
        let definition = column.def();
        (column.as_str().to_owned(), (written(definition.get_column_type(), kind).to_owned(), definition.is_null()))
    });
    (E::TABLE, columns.collect())
}

/// The type as the database writes it.
fn written(ty: &ColumnType, kind: Kind) -> &'static str {
    let (sqlite, postgres) = match ty {
        ColumnType::Uuid => ("blob", "uuid"),
        ColumnType::String(_) | ColumnType::Text => ("text", "text"),
        ColumnType::BigInteger => ("integer", "bigint"),
        ColumnType::Double => ("real", "double precision"),
        ColumnType::Boolean => ("integer", "boolean"),
        ColumnType::Json | ColumnType::JsonBinary => ("text", "jsonb"),
        ColumnType::TimestampWithTimeZone => ("text", "timestamp(3) with time zone"),
        other => panic!("a column of the type {other:?}"),
    };
    if kind == Kind::Sqlite { sqlite } else { postgres }
}
