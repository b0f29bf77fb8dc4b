//! `docs/API.md` lists every code of an error and the limits as they are, and asks what is answered.

use domain::account::Role;
use graphql::error::Code;
use graphql::{limits, paging};
use tests::app::App;
use tests::database::Kind;

use super::{blocks, read, table};

#[test]
fn every_code_is_listed_once_and_in_order() {
    let listed: Vec<String> =
        table(&read("docs/API.md"), "| code |").into_iter().map(|mut row| row.swap_remove(0)).collect();
    let codes: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(listed, codes);
}

#[test]
fn the_limits_are_as_they_are_said_to_be() {
    let said: Vec<u64> =
        table(&read("docs/API.md"), "| limit |").iter().map(|row| row[1].parse().expect("a number")).collect();
    let whole = |limit: usize| u64::try_from(limit).unwrap();
    let limits = [
        whole(limits::MAX_TOKENS),
        whole(limits::MAX_NESTING),
        limits::MAX_SELECTIONS,
        limits::MAX_DEPTH,
        limits::MAX_VALUES,
        whole(limits::MAX_TESTS),
        whole(limits::MAX_OPERANDS),
        whole(limits::MAX_RELATIONS),
        paging::MOST,
    ];
    assert_eq!(said, limits);
}

#[tokio::test]
async fn its_queries_are_answered() {
    let app = App::start(Kind::Sqlite).await.unwrap();
    let ada = app.user("ada", Role::User).await;
    let queries: Vec<_> =
        blocks(&read("docs/API.md")).into_iter().filter(|block| block.language == "graphql").collect();
    assert!(!queries.is_empty());
    for query in queries {
        let (answer, _) = app.ask(ada, &query.text, serde_json::json!({})).await;
        assert!(answer.errors.is_empty(), "{}: {:?}", query.text, answer.errors);
    }
}
