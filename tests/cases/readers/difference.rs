//! For every entity and every user: the rows that the server shows are those that the user's login role sees.

use std::collections::BTreeSet;

use domain::{Key, Part, Viewer};
use sea_orm::{EntityTrait, IdenStatic, Iterable, PrimaryKeyToColumn};
use storage::read::{ById, Load};
use storage::readers::KITS;
use storage::row::Table;
use storage::{Row, entities, viewers};

use super::world::{Readers, bring_in_line, texts};

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_sees_what_the_server_shows_its_user() {
    let Some(readers) = Readers::start().await else { return };
    // What is brought in line twice stays as it is.
    bring_in_line(&readers.app).await;
    let (wrong, shown) = differences(&readers).await;
    readers.close().await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(shown > 150, "only {shown} rows were compared");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_that_shows_too_much_or_too_little_is_found() {
    let Some(readers) = Readers::start().await else { return };
    readers.execute("ALTER POLICY readers_see ON claims USING (true)").await;
    readers.execute("ALTER POLICY readers_see ON users USING (id = (SELECT reader_user()))").await;
    readers.execute("ALTER POLICY readers_see ON papers USING (project_id = ANY (reader_projects('{OWNER}')))").await;
    let (wrong, _) = differences(&readers).await;
    readers.close().await;
    for found in ["claims as stranger", "users as vic", "papers as ed", "papers as alice"] {
        assert!(wrong.iter().any(|wrong| wrong.starts_with(found)), "{found} was not found");
    }
}

#[tokio::test]
async fn somebody_pending_sees_themself_and_somebody_disabled_nothing() {
    let Some(readers) = Readers::start().await else { return };
    let mut pen = readers.connect("pen").await;
    assert_eq!(texts(&mut pen, "SELECT email FROM users").await.unwrap(), ["pen@example.org"]);
    for user in ["disabled", "forgetful"] {
        let mut blind = readers.connect(user).await;
        for table in ["users", "sessions", "user_providers", "api_keys", "projects", "project_members", "papers"] {
            assert_eq!(
                texts(&mut blind, &format!("SELECT id::text FROM {table}")).await.unwrap(),
                Vec::<String>::new()
            );
        }
    }
    readers.close().await;
}

/// Where a reader sees other rows than the server shows, and how many rows it shows to all.
async fn differences(readers: &Readers) -> (Vec<String>, usize) {
    let (mut wrong, mut shown) = (Vec::new(), 0);
    for user in readers.users.keys().copied() {
        macro_rules! each {
            ($($entity:ty),+) => { $(
                let (server, reader) = (by_server::<$entity>(readers, user).await, by_reader::<$entity>(readers, user).await);
                shown += server.len();
                if server != reader {
                    let table = <$entity as domain::Entity>::TABLE;
                    wrong.push(format!("{table} as {user}: the server shows {server:?}, the reader sees {reader:?}"));
                }
            )+ };
        }
        entities!(each);
    }
    (wrong, shown)
}

/// The ids of the rows of `E` that the server shows. Of somebody who has to choose a new password first it answers none,
/// whatever they ask.
async fn by_server<E: Row>(readers: &Readers, user: &str) -> BTreeSet<String> {
    let store = &readers.app.store;
    let viewer = viewers::viewer(store, readers.users[user]).await.unwrap().unwrap_or_else(Viewer::nobody);
    if user == "forgetful" {
        return BTreeSet::new();
    }
    let mut owner = readers.owner().await;
    let all = texts(&mut owner, &select_keys::<E>()).await.unwrap();
    let keys = all.iter().map(|key| ById::<E> { id: parse::<E>(key) }).collect();
    let found = ById::load(keys, &store.reader(viewer, None)).await.unwrap();
    all.into_iter().zip(found).filter_map(|(key, found)| found.map(|_| print::<E>(parse::<E>(&key)))).collect()
}

/// A select of the key of every row: its columns, with dots between them.
fn select_keys<E: Row>() -> String {
    let columns = PrimaryKey::<E>::iter().map(|column| format!("{}::text", column.into_column().as_str()));
    format!("SELECT concat_ws('.', {}) FROM {}", columns.collect::<Vec<_>>().join(", "), E::TABLE)
}

type PrimaryKey<E> = <Table<E> as EntityTrait>::PrimaryKey;

fn parse<E: Row>(key: &str) -> E::Id {
    let part = |part: &str| part.parse().map_or_else(|_| Part::Number(part.parse().unwrap()), Part::Uuid);
    E::Id::try_from_parts(&key.split('.').map(part).collect::<Vec<_>>()).unwrap()
}

fn print<E: Row>(key: E::Id) -> String {
    let parts = key.parts().into_iter().map(|part| match part {
        Part::Uuid(uuid) => uuid.to_string(),
        Part::Number(number) => number.to_string(),
    });
    parts.collect::<Vec<_>>().join(".")
}

/// The ids that a plain select finds; none where nothing of the table is granted.
async fn by_reader<E: Row>(readers: &Readers, user: &str) -> BTreeSet<String> {
    let mut reader = readers.connect(user).await;
    match texts(&mut reader, &select_keys::<E>()).await {
        Ok(ids) => ids.into_iter().collect(),
        Err(why) if why.contains("permission denied") => BTreeSet::new(),
        Err(why) => panic!("{} as {user}: {why}", E::TABLE),
    }
}

#[tokio::test]
async fn every_table_is_an_entitys_or_shows_nothing() {
    let Some(readers) = Readers::start().await else { return };
    let mut owner = readers.owner().await;
    macro_rules! each {
        ($($entity:ty),+) => { [$(<$entity as domain::Entity>::TABLE),+] };
    }
    let known: BTreeSet<&str> = entities!(each).into_iter().chain(KITS).collect();
    let open =
        "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')";
    let tables = texts(&mut owner, open).await.unwrap();
    let unknown: Vec<_> = tables.iter().filter(|table| !known.contains(table.as_str())).collect();
    let open = texts(&mut owner, &format!("{open} AND NOT relrowsecurity")).await.unwrap();
    readers.close().await;
    assert!(unknown.is_empty(), "nobody said who reads {unknown:?}");
    assert!(open.is_empty(), "nothing binds who reads {open:?}");
}
