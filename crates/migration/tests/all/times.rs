//! SQLite's CHECK of a time's form takes every millisecond, in any year.

use sea_orm_migration::sea_orm::Database;

#[tokio::test]
async fn every_millisecond_of_a_minute_has_its_form_in_any_century() {
    let db = Database::connect("sqlite::memory:").await.unwrap();
    let wrong = "
        WITH RECURSIVE
            years(y) AS (SELECT 1 UNION ALL SELECT y + 1111 FROM years WHERE y + 1111 <= 9999),
            moments(ms) AS (SELECT 0 UNION ALL SELECT ms + 1 FROM moments WHERE ms < 59999),
            texts(x) AS (SELECT printf('%04d-12-31T23:59:%06.3fZ', y, ms / 1000.0) FROM years, moments)
        SELECT x FROM texts
        WHERE x IS NOT strftime('%Y-%m-%dT%H:%M:%fZ', x, '+0 seconds') OR length(x) <> 24 LIMIT 3";
    assert_eq!(crate::texts(&db, wrong, 0).await, [""; 0]);
}
