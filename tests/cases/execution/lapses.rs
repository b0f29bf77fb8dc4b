//! What happens to runs by itself: leases that lapse, and budgets that run out.

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use storage::execution::lapses::watch;
use tests::app::App;
use tests::database::Kind;
use tests::names;
use tests::world::{World, user};

/// What is asked as ed, with the ids that names stand for.
async fn ask(app: &App, document: &str) -> Value {
    let (answer, _) = app.ask(user("ed"), &names::Names::default().to_ids(document), json!({})).await;
    assert!(answer.errors.is_empty(), "{:?}", answer.errors);
    answer.data.into_json().unwrap()
}

const CLAIM: &str = r#"mutation { claimRun(input: { kind: EXPERIMENT, hold: { holder: "lost", seconds: 1 } }) { run { name } token } }"#;
const QUEUED: &str = r#"{ run(id: "<run:queued>") { status attempt startedAt errorCode leases { nodes { releasedAt } } eventLogs(orderBy: POSITION_ASC) { nodes { eventType actorType } } } }"#;

#[tokio::test]
async fn a_run_whose_executor_is_lost_is_queued_once_and_then_fails() {
    for kind in Kind::ALL {
        let Some(app) = World::TwoProjects.start(kind).await else { continue };
        assert_eq!(ask(&app, CLAIM).await["claimRun"]["run"]["name"], "Queued");
        watch(&app.store).await.unwrap();
        let run = &ask(&app, QUEUED).await["run"];
        assert_eq!((&run["status"], &run["attempt"], &run["startedAt"]), (&json!("QUEUED"), &json!(2), &Value::Null));

        assert_eq!(ask(&app, CLAIM).await["claimRun"]["run"]["name"], "Queued");
        watch(&app.store).await.unwrap();
        watch(&app.store).await.unwrap();
        let run = &ask(&app, QUEUED).await["run"];
        assert_eq!((&run["status"], &run["errorCode"]), (&json!("FAILED"), &json!("E_LEASE_LOST")), "{kind:?}");
        let leases = run["leases"]["nodes"].as_array().unwrap();
        assert!(leases.len() == 2 && leases.iter().all(|lease| !lease["releasedAt"].is_null()), "{leases:?}");
        let events = run["eventLogs"]["nodes"].as_array().unwrap();
        let types: Vec<_> = events.iter().map(|event| event["eventType"].as_str().unwrap()).collect();
        assert_eq!(types, ["RUN_CREATED", "RUN_STARTED", "RUN_REQUEUED", "RUN_STARTED", "RUN_FAILED"]);
        assert_eq!(events[4]["actorType"], "SYSTEM");
    }
}

#[tokio::test]
async fn a_run_that_was_never_queued_fails_when_its_lease_lapses_and_a_renewed_one_does_not() {
    for kind in Kind::ALL {
        let Some(app) = World::TwoProjects.start(kind).await else { continue };
        let start = r#"mutation { startRun(input: { run: { id: "<run:mine>", subject: { experiment: { projectId: "<project:alpha>" } }, name: "Mine" }, hold: { holder: "lost", seconds: 1, token: "a-token-of-more-than-32-characters" } }) { token } }"#;
        let renew = r#"mutation { renewRun(input: { id: "<run:mine>", token: "a-token-of-more-than-32-characters", seconds: 3600 }) { lease { id } } }"#;
        let status = r#"{ run(id: "<run:mine>") { status errorCode } }"#;
        ask(&app, start).await;
        ask(&app, renew).await;
        watch(&app.store).await.unwrap();
        assert_eq!(ask(&app, status).await["run"]["status"], "RUNNING");
        ask(&app, &renew.replace("3600", "1")).await;
        watch(&app.store).await.unwrap();
        assert_eq!(
            ask(&app, status).await["run"],
            json!({ "status": "FAILED", "errorCode": "E_LEASE_LOST" }),
            "{kind:?}"
        );
    }
}

#[tokio::test]
async fn a_reproduction_that_takes_longer_than_its_budget_is_over() {
    for kind in Kind::ALL {
        let Some(app) = World::TwoProjects.start(kind).await else { continue };
        let budget = "UPDATE plans SET budget_minutes = 1";
        app.store.pools().writer().execute_unprepared(budget).await.unwrap();
        let claim = r#"mutation { claimRun(input: { kind: REPRODUCTION, hold: { holder: "slow", seconds: 3600 } }) { run { id } } }"#;
        let status = r#"{ run(id: "<run:reproduction>") { status errorCode } }"#;
        ask(&app, claim).await;
        watch(&app.store).await.unwrap();
        assert_eq!(ask(&app, status).await["run"]["status"], "RUNNING");
        for _second in 0..60 {
            app.store.now();
        }
        watch(&app.store).await.unwrap();
        assert_eq!(
            ask(&app, status).await["run"],
            json!({ "status": "TIMEOUT", "errorCode": "E_RUN_TIMEOUT" }),
            "{kind:?}"
        );
    }
}
