//! Who becomes a reader, and who does not.

use storage::{Error, readers};
use tests::app::App;
use tests::database::Kind;

use super::world::{Readers, texts};

#[tokio::test]
async fn a_role_that_nothing_binds_is_no_reader() {
    let Some(readers) = Readers::start().await else { return };
    let (pools, alice) = (readers.app.store.pools(), "alice@example.org".parse().unwrap());
    let role = readers.role("alice");
    for (change, back) in [("SUPERUSER", "NOSUPERUSER"), ("BYPASSRLS", "NOBYPASSRLS"), ("CREATEROLE", "NOCREATEROLE")] {
        readers.execute(&format!("ALTER ROLE {role} {change}")).await;
        let why = readers::add(pools, &role, &alice).await.unwrap_err();
        assert!(matches!(&why, Error::Precondition(why) if why.contains("cannot be a reader")), "{why:?}");
        readers.execute(&format!("ALTER ROLE {role} {back}")).await;
    }
    readers.execute(&format!("GRANT pg_read_all_data TO {role}")).await;
    let why = readers::add(pools, &role, &alice).await.unwrap_err();
    assert!(matches!(&why, Error::Precondition(why) if why.contains("pg_read_all_data")), "{why:?}");
    readers.execute(&format!("REVOKE pg_read_all_data FROM {role}")).await;
    readers::add(pools, &role, &alice).await.unwrap();
    let why = readers::add(pools, "postgres", &alice).await.unwrap_err();
    assert!(matches!(&why, Error::Precondition(why) if why.contains("cannot be a reader")), "{why:?}");
    let nobody = "nobody@example.org".parse().unwrap();
    assert!(matches!(readers::add(pools, &role, &nobody).await, Err(Error::Missing { what: "user" })));
    readers.close().await;
}

#[tokio::test]
async fn a_reader_is_listed_changed_and_removed() {
    let Some(readers) = Readers::start().await else { return };
    let pools = readers.app.store.pools();
    let of = |user: &str| readers.role(user);
    let listed = readers::list(pools).await.unwrap();
    let blind: Vec<_> =
        listed.iter().filter(|reader| reader.blind.is_some()).map(|reader| reader.role.clone()).collect();
    assert_eq!(listed.len(), readers.users.len());
    assert_eq!(blind, [of("disabled"), of("forgetful")]);

    readers::add(pools, &of("stranger"), &"bob@example.org".parse().unwrap()).await.unwrap();
    let mut stranger = readers.connect("stranger").await;
    assert_eq!(texts(&mut stranger, "SELECT slug FROM projects").await.unwrap(), ["beta-canary"]);
    readers::remove(pools, &of("stranger")).await.unwrap();
    let why = texts(&mut stranger, "SELECT slug FROM projects").await.unwrap_err();
    assert!(why.contains("permission denied"), "{why}");
    assert!(matches!(readers::remove(pools, &of("stranger")).await, Err(Error::Missing { what: "reader" })));
    readers.close().await;
}

#[tokio::test]
async fn a_sqlite_database_has_no_readers() {
    let app = App::start(Kind::Sqlite).await.unwrap();
    let why = readers::add(app.store.pools(), "alice", &"alice@example.org".parse().unwrap()).await.unwrap_err();
    assert!(matches!(&why, Error::Precondition(why) if why.contains("SQLite")), "{why:?}");
    assert_eq!(readers::scripts(app.store.pools()).await.unwrap(), readers::Scripts::default());
}

#[tokio::test]
async fn steps_are_taken_back_past_the_policies() {
    let Some(readers) = Readers::start().await else { return };
    let scripts = readers::scripts(readers.app.store.pools()).await.unwrap();
    let (db, role) = (readers.app.store.pools().writer(), readers.role("alice"));
    let around = migration::Around { before: scripts.before, after: scripts.after_down };
    let left = "SELECT proname::text FROM pg_proc WHERE proname LIKE 'reader%' UNION ALL SELECT policyname::text FROM pg_policies";
    migration::down_around(db, 1, &around).await.unwrap();
    let mut owner = readers.owner().await;
    assert_eq!(texts(&mut owner, left).await.unwrap(), Vec::<String>::new());
    let kept = format!("SELECT role FROM readers WHERE role = '{role}'");
    assert_eq!(texts(&mut owner, &kept).await.unwrap().len(), 1);
    migration::down_around(db, 99, &around).await.unwrap();
    assert_eq!(texts(&mut owner, "SELECT to_regclass('readers')::text").await.unwrap(), [""]);
    readers.close().await;
}
