//! Signing in at a provider, by the whole flow of a code, with the real program and a provider of the tests' own.

use reqwest::header::{LOCATION, SET_COOKIE};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use tests::database::Kind;
use tests::http::client;
use tests::provider::{CLIENT, Provider};

use crate::robust::kit::Program;

const RULES: &str = "admins=ADMIN,lab=lab:EDITOR,heads=lab:OWNER";

async fn start(kind: Kind, provider: &Provider) -> Option<Program> {
    let flags = ["--oidc-issuer", provider.issuer(), "--oidc-client-id", CLIENT.0, "--oidc-client-secret", CLIENT.1];
    Program::with(kind, &[&flags[..], &["--oidc-groups", RULES]].concat()).await
}

async fn get(address: &str, cookie: &str) -> Response {
    client().get(address).header("cookie", cookie).send().await.unwrap()
}

fn cookies(answer: &Response) -> String {
    let set = answer.headers().get_all(SET_COOKIE).iter().map(|line| line.to_str().unwrap());
    set.map(|line| line.split(';').next().unwrap()).collect::<Vec<_>>().join("; ")
}

fn to(answer: &Response) -> String {
    assert!(answer.status().is_redirection(), "{answer:?}");
    answer.headers()[LOCATION].to_str().unwrap().to_owned()
}

/// Goes to the provider and comes back; with which cookie, and to which address.
async fn come_back(program: &Program) -> (String, String) {
    let begun = get(&program.process.url("/sign-in/oidc"), "").await;
    let sent = get(&to(&begun), "").await;
    (to(&sent), cookies(&begun))
}

/// Signs in, and answers the cookie; or the status of the refusal.
async fn sign_in(program: &Program) -> Result<String, StatusCode> {
    let (back, begun) = come_back(program).await;
    let answer = get(&back, &begun).await;
    if answer.status() == StatusCode::SEE_OTHER { Ok(cookies(&answer)) } else { Err(answer.status()) }
}

async fn viewer(program: &Program, cookie: &str) -> Value {
    const ASK: &str =
        "{ viewer { email name role emailVerifiedAt providers { totalCount } memberships { nodes { role } } } }";
    let body = json!({ "query": ASK });
    let asked = client().post(program.process.url("/graphql")).header("cookie", cookie).json(&body);
    asked.send().await.unwrap().json::<Value>().await.unwrap()["data"]["viewer"].clone()
}

fn somebody(subject: &str, email: &str, verified: bool, groups: &[&str]) -> Value {
    json!({ "sub": subject, "email": email, "email_verified": verified, "name": "Some Body", "groups": groups })
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_in_elsewhere_has_an_account_and_what_their_groups_give() {
    for kind in Kind::ALL {
        let provider = Provider::start().await;
        let Some(program) = start(kind, &provider).await else { continue };
        program.project("lab").await;
        provider.say(somebody("1", "new@example.org", true, &["lab"]));
        let first = viewer(&program, &sign_in(&program).await.unwrap()).await;
        assert_eq!((&first["email"], &first["role"]), (&json!("new@example.org"), &json!("USER")));
        assert_eq!(first["memberships"]["nodes"], json!([{ "role": "EDITOR" }]));
        assert!(first["emailVerifiedAt"].is_string() && first["name"] == "Some Body", "{first}");
        // The same person has the same account, whatever their address is by now, and what their groups give by now.
        provider.say(somebody("1", "other@example.org", true, &["admins"]));
        let again = viewer(&program, &sign_in(&program).await.unwrap()).await;
        assert_eq!((&again["email"], &again["role"]), (&json!("new@example.org"), &json!("ADMIN")));
        assert_eq!((&again["memberships"]["nodes"], &again["providers"]["totalCount"]), (&json!([]), &json!(1)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_linked_by_an_address_that_the_provider_has_seen_and_by_no_other() {
    for kind in Kind::ALL {
        let provider = Provider::start().await;
        let Some(program) = start(kind, &provider).await else { continue };
        let link = json!({ "query": "mutation { inviteUser(input: { email: \"old@example.org\" }) { __typename } }" });
        program.client().post(program.process.url("/graphql")).json(&link).send().await.unwrap();
        let users = "SELECT count(*) FROM users WHERE email_folded = 'old@example.org'";
        assert_eq!(program.tables().await.number(users).await, 1, "{kind:?}");
        provider.say(somebody("2", "Old@example.org", false, &[]));
        assert_eq!(sign_in(&program).await, Err(StatusCode::UNAUTHORIZED));
        provider.say(somebody("2", "Old@example.org", true, &[]));
        let linked = viewer(&program, &sign_in(&program).await.unwrap()).await;
        assert_eq!(linked["providers"]["totalCount"], 1);
        assert_eq!(program.tables().await.number(users).await, 1, "{kind:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_belong_together_lets_nobody_in() {
    let provider = Provider::start().await;
    let program = start(Kind::Sqlite, &provider).await.unwrap();
    let good = || somebody("3", "good@example.org", true, &[]);
    for (name, value) in [
        ("nonce", json!("another")),
        ("aud", json!("another")),
        ("iss", json!("https://example.org")),
        ("exp", json!(1)),
    ] {
        let mut wrong = good();
        wrong[name] = value;
        provider.say(wrong);
        assert_eq!(sign_in(&program).await, Err(StatusCode::UNAUTHORIZED), "{name}");
    }
    provider.say(good());
    let (back, begun) = come_back(&program).await;
    assert_eq!(get(&back, "").await.status(), StatusCode::UNAUTHORIZED, "another browser");
    let other = come_back(&program).await.1;
    assert_eq!(get(&back, &other).await.status(), StatusCode::UNAUTHORIZED, "another sign-in");
    assert_eq!(get(&back, &begun).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(get(&back, &begun).await.status(), StatusCode::UNAUTHORIZED, "a code works once");
    assert_eq!(program.tables().await.number("SELECT count(*) FROM user_providers").await, 1);
    let nowhere = Program::start(Kind::Sqlite).await.unwrap();
    assert_eq!(get(&nowhere.process.url("/sign-in/oidc"), "").await.status(), StatusCode::NOT_FOUND);
}
