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
async fn what_the_id_token_does_not_say_the_provider_is_asked_for() {
    for kind in Kind::ALL {
        let provider = Provider::start().await;
        let Some(program) = start(kind, &provider).await else { continue };
        program.project("lab").await;
        provider.say_elsewhere("4", somebody("4", "four@example.org", true, &["lab"]));
        let first = viewer(&program, &sign_in(&program).await.unwrap()).await;
        assert_eq!((&first["email"], &first["name"]), (&json!("four@example.org"), &json!("Some Body")));
        assert_eq!(first["memberships"]["nodes"], json!([{ "role": "EDITOR" }]));
        for (what, subject, email, verified) in [
            ("of somebody else", "5", "four@example.org", true),
            ("of an address not seen", "6", "six@example.org", false),
        ] {
            provider.say_elsewhere("6", somebody(subject, email, verified, &[]));
            assert_eq!(sign_in(&program).await, Err(StatusCode::UNAUTHORIZED), "{what}");
        }
        provider.say_elsewhere("6", json!(null));
        assert_eq!(sign_in(&program).await, Err(StatusCode::UNAUTHORIZED), "nothing is said");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_took_an_address_that_is_anothers_is_out_when_its_owner_comes() {
    for kind in Kind::ALL {
        let provider = Provider::start().await;
        let flags =
            ["--oidc-issuer", provider.issuer(), "--oidc-client-id", CLIENT.0, "--oidc-client-secret", CLIENT.1];
        let open = [&flags[..], &["--registration", "open"]].concat();
        let Some(program) = Program::with(kind, &open).await else { continue };
        let ask = async |query: &str, token: &str| {
            let asked = client().post(program.process.url("/graphql")).json(&json!({ "query": query }));
            let asked = if token.is_empty() { asked } else { asked.bearer_auth(token) };
            asked.send().await.unwrap().json::<Value>().await.unwrap()
        };
        let sign = "signIn(input: { email: \"vic@example.org\", password: \"correct horse\" }) { token }";
        let register = "register(input: { email: \"vic@example.org\", password: \"correct horse\" }) { mailed }";
        ask(&format!("mutation {{ {register} }}"), "").await;
        let token = ask(&format!("mutation {{ {sign} }}"), "").await["data"]["signIn"]["token"].clone();
        let token = token.as_str().unwrap();
        let key = "mutation { createApiKey(input: { name: \"K\", owner: { viewer: {} }, scopes: [READ] }) { secret } }";
        let key = ask(key, token).await["data"]["createApiKey"]["secret"].clone();
        provider.say(somebody("7", "vic@example.org", true, &[]));
        let vic = viewer(&program, &sign_in(&program).await.unwrap()).await;
        assert_eq!((&vic["email"], &vic["role"]), (&json!("vic@example.org"), &json!("USER")));
        for shown in [token, key.as_str().unwrap()] {
            let refused = ask("{ viewer { id } }", shown).await;
            assert_eq!(refused["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{kind:?}: {refused}");
        }
        let refused = ask(&format!("mutation {{ {sign} }}"), "").await;
        assert_eq!(refused["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{kind:?}");
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
