//! Every foreign key is looked up by the column that says most, not by the project that it carries along.

use std::collections::BTreeMap;

use migration::up;
use sea_orm_migration::sea_orm::{Database, DatabaseConnection};

#[tokio::test]
async fn sqlite_finds_children_by_their_nearest_parent() {
    let db = Database::connect("sqlite::memory:").await.unwrap();
    up(&db).await.unwrap();
    let keys = foreign_keys(&db).await;
    assert!(keys.len() > 20);
    for (table, columns) in keys {
        let all = columns.iter().map(|column| format!("{column} = x'00'")).collect::<Vec<_>>().join(" AND ");
        let plan = format!("EXPLAIN QUERY PLAN SELECT 1 FROM {table} WHERE {all}");
        let plan = crate::texts(&db, &plan, 3).await.remove(0);
        let nearest = columns
            .iter()
            .any(|column| plan.contains(&format!("{column}=?")) && (columns.len() == 1 || column != "project_id"));
        assert!(plan.starts_with("SEARCH") && nearest, "{table} {columns:?}: {plan}");
    }
}

/// The columns of each foreign key.
async fn foreign_keys(db: &DatabaseConnection) -> Vec<(String, Vec<String>)> {
    let query = r#"SELECT t.name || ' ' || k.id || ' ' || k."from"
        FROM sqlite_schema t, pragma_foreign_key_list(t.name) k
        WHERE t.type = 'table' ORDER BY t.name, k.id, k.seq"#;
    let mut keys: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in crate::texts(db, query, 0).await {
        let (key, column) = row.rsplit_once(' ').unwrap();
        keys.entry(key.to_owned()).or_default().push(column.to_owned());
    }
    keys.into_iter().map(|(key, columns)| (key.split(' ').next().unwrap().to_owned(), columns)).collect()
}
