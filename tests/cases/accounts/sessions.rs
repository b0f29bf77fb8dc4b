//! Sign-ins: each use lets one hold for longer, up to a maximum, and one that is not used ends.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use domain::Id;
use domain::account::{Role, User};
use serde_json::json;
use tests::app::{App, door, house};
use tests::database::{Database, Kind};
use tower::ServiceExt;

use super::{SIGN_IN, done};

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_holds_for_as_long_as_it_is_used_up_to_a_maximum() {
    for kind in Kind::ALL {
        let Some(app) = App::start(kind).await else { continue };
        let ann = app.user("ann", Role::User).await;
        let password = json!({ "e": "ann@example.org", "p": "correct horse battery staple" });
        let mut tokens = Vec::new();
        for _ in 0..2 {
            let signed_in = done(&app, SIGN_IN, password.clone()).await;
            tokens.push(signed_in["signIn"]["token"].as_str().unwrap().to_owned());
        }
        for (day, until) in [(5, 12), (11, 18), (17, 24), (23, 30), (29, 30)] {
            let later = on_day(&app, day).await;
            assert_eq!(status(&later, &tokens[0]).await, 200, "{kind:?} on day {day}");
            holds_until(&later, ann, until).await;
        }
        assert_eq!(status(&on_day(&app, 31).await, &tokens[0]).await, 401, "{kind:?}");
        assert_eq!(status(&on_day(&app, 8).await, &tokens[1]).await, 401, "{kind:?}");
    }
}

async fn on_day(app: &App, day: u32) -> App {
    App::on_day(day, Database::borrowed(app.database.url.clone()), tempfile::tempdir().unwrap()).await
}

async fn status(app: &App, token: &str) -> u16 {
    let request = Request::builder().method("POST").uri("/graphql").header("host", "localhost");
    let request = request.header("authorization", format!("Bearer {token}")).header("content-type", "application/json");
    let request = request.body(Body::from(r#"{ "query": "{ viewer { id } }" }"#)).unwrap();
    let served = app.served(Arc::new(door(&app.store, house())));
    served.oneshot(request).await.unwrap().status().as_u16()
}

/// Waits until the sign-in that holds for longest does so until this day: that is written beside the request.
async fn holds_until(app: &App, who: Id<User>, day: u32) {
    let day = format!("2026-01-{:02}", day + 1);
    let mut latest = String::new();
    for _ in 0..100 {
        let (answer, _) = app.ask(who, "{ viewer { sessions { nodes { expiresAt } } } }", json!({})).await;
        latest = answer.data.into_json().unwrap()["viewer"]["sessions"]["nodes"].to_string();
        if latest.contains(&day) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("no sign-in holds until {day}: {latest}");
}
