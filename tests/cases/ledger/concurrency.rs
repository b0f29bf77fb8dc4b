//! Many writers: of one project they lose nothing, and of different projects they do not wait for each other.

use std::sync::Arc;
use std::time::Duration;

use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::json;
use storage::ledger::{checkpoint, verify};
use tests::app::App;
use tests::database::Kind;
use tests::names;
use tests::world::{World, user};

use super::{get, rows};

const CREATE: &str =
    "mutation($p: ID!, $t: String!) { createPaper(input: { projectId: $p, title: $t }) { paper { id } } }";

async fn create(app: &App, who: &str, project: &str, title: String) {
    let project = names::id::<domain::project::Project>(project).to_string();
    let (answer, _) = app.ask(user(who), CREATE, json!({ "p": project, "t": title })).await;
    assert!(answer.errors.is_empty(), "{:?}", answer.errors);
}

#[tokio::test(flavor = "multi_thread")]
async fn thirty_two_writers_of_one_project_lose_nothing() {
    for kind in Kind::ALL {
        let Some(app) = World::TwoProjects.start(kind).await else { continue };
        let app = Arc::new(app);
        let count = "SELECT count(*) AS n FROM audit_log WHERE operation <> 'CHECKPOINT'";
        let before: i64 = get(&rows(app.store.pools().readers(), count).await[0], "n");
        let writers = (0..32).map(|writer| {
            let app = Arc::clone(&app);
            tokio::spawn(async move {
                for round in 0..3 {
                    create(&app, "ed", "alpha", format!("{writer} {round}")).await;
                    // Verifying while others write finds nothing that is not there.
                    if writer == 0 {
                        checkpoint(&app.store).await.unwrap();
                        assert_eq!(verify(&app.store, None, &|_| ()).await.unwrap().findings, []);
                    }
                }
            })
        });
        futures_util::future::join_all(writers).await.into_iter().for_each(Result::unwrap);
        let after: i64 = get(&rows(app.store.pools().readers(), count).await[0], "n");
        assert_eq!(after - before, 96, "{kind:?}");
        assert_eq!(verify(&app.store, None, &|_| ()).await.unwrap().findings, [], "{kind:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn writers_of_different_projects_do_not_wait_for_each_other() {
    let Some(app) = World::TwoProjects.start(Kind::Postgres).await else { return };
    let app = Arc::new(app);
    let holder = app.store.pools().writer().begin().await.unwrap();
    let alpha = names::named("project:alpha");
    let held = format!("SELECT id FROM ledger_heads WHERE project_id = '{alpha}' FOR UPDATE");
    holder.execute_unprepared(&held).await.unwrap();
    let waiting = {
        let app = Arc::clone(&app);
        tokio::spawn(async move { create(&app, "ed", "alpha", "waits".into()).await })
    };
    // Another project, and the noting of how far all chains have come, go on.
    let beside = async {
        create(&app, "bob", "beta", "does not wait".into()).await;
        checkpoint(&app.store).await.unwrap();
    };
    tokio::time::timeout(Duration::from_secs(5), beside).await.expect("they wait for the head of another project");
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!waiting.is_finished(), "the head that is held is not waited for");
    holder.commit().await.unwrap();
    waiting.await.unwrap();
    assert_eq!(verify(&app.store, None, &|_| ()).await.unwrap().findings, []);
}
