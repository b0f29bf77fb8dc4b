//! Disabling somebody ends what acts for them, at once and in as many statements for many as for one.

use domain::Viewer;
use domain::account::{Registration, Role};
use serde_json::json;
use tests::app::App;
use tests::database::Kind;

use super::{REGISTER, SIGN_IN, done, tried, with_password};

#[tokio::test(flavor = "multi_thread")]
async fn sign_ins_end_with_their_user_at_the_same_cost_for_many() {
    for kind in Kind::ALL {
        let open = |house: &mut server::auth::House| house.rules.registration = Registration::Open;
        let Some(app) = App::with_house(kind, open).await else { continue };
        let ann = app.user("ann", Role::Admin).await;
        let mut costs = Vec::new();
        for (email, times) in [("one@example.org", 1), ("many@example.org", 4)] {
            done(&app, REGISTER, with_password(email)).await;
            let query = SIGN_IN.replace("token user {", "session { id } user { id");
            let mut signed_in = json!(null);
            for _ in 0..times {
                let (answer, _) = app.ask_as(Viewer::nobody(), &query, with_password(email)).await;
                signed_in = answer.data.into_json().unwrap()["signIn"].clone();
            }
            let disable = "mutation($u: ID!) { disableUser(input: { id: $u }) { user { disabledAt } } }";
            let (answer, metered) = app.ask(ann, disable, json!({ "u": signed_in["user"]["id"] })).await;
            assert!(answer.errors.is_empty(), "{answer:?}");
            costs.push(metered.statements);
            assert_eq!(tried(&app, SIGN_IN, with_password(email)).await.0.as_deref(), Some("UNAUTHENTICATED"));
            let user = signed_in["user"]["id"].as_str().unwrap().parse().unwrap();
            assert!(storage::viewers::viewer(&app.store, user).await.unwrap().is_none());
        }
        assert_eq!(costs[0], costs[1], "{kind:?}");
    }
}
