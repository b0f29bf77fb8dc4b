//! Two who want the same at once: exactly one gets it, and the other is told why not.

use std::time::Duration;

use domain::account::{Registration, Role};
use domain::{Id, Viewer};
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::{Value, json};
use tests::app::App;
use tests::database::Kind;
use tests::names;

use super::{PASSWORD, REGISTER, SIGN_IN, done, tried, with_password};

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_register_one_address_one_gets_it() {
    for kind in Kind::ALL {
        let Some(app) = App::with_house(kind, |house| house.rules.registration = Registration::Open).await else {
            continue;
        };
        let both = [with_password("new@example.org"), with_password("NEW@example.org")];
        let [one, other] = both.map(|who| tried(&app, REGISTER, who));
        let (one, other) = tokio::join!(one, other);
        let mut codes = [one.0, other.0];
        codes.sort();
        assert_eq!(codes, [None, Some("CONFLICT".into())], "{kind:?}");
        let signed_in = done(&app, SIGN_IN, with_password("new@example.org")).await;
        assert_eq!(signed_in["signIn"]["user"]["role"], "PENDING", "nobody vouches for them yet");
    }
}

const ACCEPT: &str =
    "mutation($t: String!, $p: String!) { acceptInvitation(input: { token: $t, password: $p }) { email } }";

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_accept_one_invitation_one_gets_in() {
    for kind in Kind::ALL {
        let Some(app) = App::start(kind).await else { continue };
        let ann = app.user("ann", Role::Admin).await;
        let invite = "mutation { inviteUser(input: { email: \"new@example.org\" }) { link } }";
        let (answer, _) = app.ask(ann, invite, json!({})).await;
        let link = answer.data.into_json().unwrap()["inviteUser"]["link"].as_str().unwrap().to_owned();
        let token = link.split_once("#invitation=").unwrap().1;
        let both = [PASSWORD, "another password"].map(|p| tried(&app, ACCEPT, json!({ "t": token, "p": p })));
        let [one, other] = both;
        let (one, other) = tokio::join!(one, other);
        let first_won = one.0.is_none();
        let mut codes = [one.0, other.0];
        codes.sort();
        assert_eq!(codes, [None, Some("BAD_USER_INPUT".into())], "{kind:?}");
        let password = if first_won { PASSWORD } else { "another password" };
        let signed_in = done(&app, SIGN_IN, json!({ "e": "new@example.org", "p": password })).await;
        assert_eq!(signed_in["signIn"]["user"]["role"], "USER");
        assert!(signed_in["signIn"]["user"]["emailVerifiedAt"].is_string());
    }
}

const TRANSFER: &str =
    "mutation($p: ID!, $u: ID!) { transferProject(input: { id: $p, ownerId: $u }) { project { id } } }";
const REMOVE: &str = "mutation($m: ID!) { removeProjectMember(input: { id: $m }) { deletedId } }";
const DISABLE: &str = "mutation($u: ID!) { disableUser(input: { id: $u }) { user { id } } }";

/// A project of alice with the member ed, and ann, who keeps all.
async fn project(app: &App) -> [String; 5] {
    let alice = app.user("alice", Role::User).await;
    let ed = app.user("ed", Role::User).await;
    let ann = app.user("ann", Role::Admin).await;
    let project = names::id::<domain::project::Project>("p").to_string();
    let member = names::id::<domain::project::ProjectMember>("m").to_string();
    let make = "mutation($p: ID!, $m: ID!, $u: ID!) {
        createProject(input: { id: $p, name: \"P\", slug: \"p\" }) { project { id } }
        addProjectMember(input: { id: $m, projectId: $p, userId: $u, role: OWNER }) { member { id } } }";
    let (answer, _) = app.ask(alice, make, json!({ "p": project, "m": member, "u": ed.to_string() })).await;
    assert!(answer.errors.is_empty(), "{answer:?}");
    [project, member, ed.to_string(), alice.to_string(), ann.to_string()]
}

async fn viewer(app: &App, who: &str) -> Viewer {
    let user: Id<domain::account::User> = who.parse().unwrap();
    storage::viewers::viewer(&app.store, user).await.unwrap().unwrap()
}

/// The code of the error that a viewer is answered, if there is one.
async fn code(app: &App, viewer: Viewer, query: &str, variables: Value) -> Option<String> {
    let (answer, _) = app.ask_as(viewer, query, variables).await;
    let answer = serde_json::to_value(&answer).unwrap();
    answer["errors"][0]["extensions"]["code"].as_str().map(str::to_owned)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_is_handed_a_project_or_removed_but_not_both() {
    for kind in Kind::ALL {
        for _ in 0..4 {
            let Some(app) = App::start(kind).await else { continue };
            let [project, member, ed, alice, ann] = project(&app).await;
            let (alice, ann) = (viewer(&app, &alice).await, viewer(&app, &ann).await);
            let (handed, removed) = tokio::join!(
                code(&app, alice, TRANSFER, json!({ "p": project, "u": ed })),
                code(&app, ann, REMOVE, json!({ "m": member })),
            );
            match (handed.as_deref(), removed.as_deref()) {
                (None, Some("PRECONDITION_FAILED")) | (Some("NOT_FOUND"), None) => {}
                both => panic!("{kind:?}: {both:?}"),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_is_handed_a_project_or_disabled_but_not_both() {
    for kind in Kind::ALL {
        for _ in 0..4 {
            let Some(app) = App::start(kind).await else { continue };
            let [project, _, ed, alice, ann] = project(&app).await;
            let (alice, ann) = (viewer(&app, &alice).await, viewer(&app, &ann).await);
            let (handed, disabled) = tokio::join!(
                code(&app, alice, TRANSFER, json!({ "p": project, "u": ed })),
                code(&app, ann, DISABLE, json!({ "u": ed })),
            );
            match (handed.as_deref(), disabled.as_deref()) {
                (None, Some("PRECONDITION_FAILED")) | (Some("PRECONDITION_FAILED"), None) => {}
                both => panic!("{kind:?}: {both:?}"),
            }
        }
    }
}

const CREATE: &str = "mutation { createProject(input: { name: \"Q\", slug: \"q\" }) { project { id } } }";
const KEY: &str = "mutation { createApiKey(input: { name: \"K\", owner: { viewer: {} }, scopes: [READ] }) { secret } }";

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_disabled_at_that_moment_makes_no_project_and_no_key() {
    for kind in Kind::ALL {
        for query in [CREATE, KEY] {
            let Some(app) = App::start(kind).await else { continue };
            let ed = app.user("ed", Role::User).await.to_string();
            let ed = viewer(&app, &ed).await;
            // Whoever disables them has done so, but has not committed when they ask.
            let disabling = app.store.pools().writer().begin().await.unwrap();
            let disable = "UPDATE users SET disabled_at = updated_at WHERE email = 'ed@example.org'";
            disabling.execute_unprepared(disable).await.unwrap();
            let asking = code(&app, ed, query, json!({}));
            let commit = async {
                tokio::time::sleep(Duration::from_millis(100)).await;
                disabling.commit().await.unwrap();
            };
            let (made, ()) = tokio::join!(asking, commit);
            assert_eq!(made.as_deref(), Some("PRECONDITION_FAILED"), "{kind:?}: {query}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_makes_a_project_or_is_disabled_but_not_both() {
    for kind in Kind::ALL {
        for _ in 0..4 {
            let Some(app) = App::start(kind).await else { continue };
            let (ed, ann) =
                (app.user("ed", Role::User).await.to_string(), app.user("ann", Role::Admin).await.to_string());
            let (as_ed, as_ann) = (viewer(&app, &ed).await, viewer(&app, &ann).await);
            let (made, disabled) =
                tokio::join!(code(&app, as_ed, CREATE, json!({})), code(&app, as_ann, DISABLE, json!({ "u": ed })),);
            let mut codes = [made, disabled];
            codes.sort();
            assert_eq!(codes, [None, Some("PRECONDITION_FAILED".into())], "{kind:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_administrators_who_demote_each_other_leave_one() {
    for kind in Kind::ALL {
        let Some(app) = App::start(kind).await else { continue };
        let one = app.user("one", Role::Admin).await.to_string();
        let two = app.user("two", Role::Admin).await.to_string();
        let demote = "mutation($u: ID!) { setUserRole(input: { id: $u, role: USER }) { user { id } } }";
        let (first, second) = (viewer(&app, &one).await, viewer(&app, &two).await);
        let (first, second) = tokio::join!(
            code(&app, first, demote, json!({ "u": two })),
            code(&app, second, demote, json!({ "u": one }))
        );
        let mut codes = [first, second];
        codes.sort();
        assert_eq!(codes, [None, Some("PRECONDITION_FAILED".into())], "{kind:?}");
    }
}
