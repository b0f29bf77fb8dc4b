//! Accounts: coming in, being kept, and what happens when two want the same at once.

mod attempts;
mod disabled;
mod elsewhere;
mod mail;
mod races;
mod sessions;

use domain::Viewer;
use serde_json::{Value, json};
use tests::app::App;

/// Asks as nobody, and answers the data.
async fn done(app: &App, query: &str, variables: Value) -> Value {
    let (answer, _) = app.ask_as(Viewer::nobody(), query, variables).await;
    assert!(answer.errors.is_empty(), "{query}: {:?}", answer.errors);
    answer.data.into_json().unwrap()
}

/// Asks as nobody, and answers the code of the error, if there is one, and how many statements it cost.
async fn tried(app: &App, query: &str, variables: Value) -> (Option<String>, u64) {
    let (answer, metered) = app.ask_as(Viewer::nobody(), query, variables).await;
    let answer = serde_json::to_value(&answer).unwrap();
    let code = answer["errors"][0]["extensions"]["code"].as_str().map(str::to_owned);
    (code, metered.statements)
}

const PASSWORD: &str = "correct horse battery";
const SIGN_IN: &str = "mutation($e: String!, $p: String!) { signIn(input: { email: $e, password: $p }) {
    token user { role name emailVerifiedAt } } }";
const REGISTER: &str = "mutation($e: String!, $p: String!) { register(input: { email: $e, password: $p }) { mailed } }";

/// An e-mail address with the password that is right here.
fn with_password(email: &str) -> Value {
    json!({ "e": email, "p": PASSWORD })
}
