//! The ways in for a browser: `GET /sign-in?token=…`, the link that a start prints, and `GET /sign-in/oidc`, which goes to
//! a provider of sign-ins and comes back to `/sign-in/oidc/callback`. Each goes on to the first page in the end.

use axum::extract::{Request, State};
use axum::http::header::{HeaderValue, LOCATION, SET_COOKIE};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::Secret;

use super::answer::Refusal;
use super::seams::{Passed, Way};
use super::{App, query};

/// What stands behind a `#` is for a page, which is not there yet.
const NO_PAGE: &str = "a link that signs in ends in ?token=…; what stands behind a # is a token for the mutation \
                       acceptInvitation, resetPassword or verifyEmail";

pub(super) async fn by_link(State(app): State<App>, request: Request) -> Result<Response, Refusal> {
    pass(app, request, |given| {
        let token = given("token").ok_or_else(|| Refusal::bad_input(NO_PAGE))?;
        Ok(Way::Link(Secret::new(token)))
    })
    .await
}

pub(super) async fn to_provider(State(app): State<App>, request: Request) -> Result<Response, Refusal> {
    pass(app, request, |_| Ok(Way::ToProvider)).await
}

pub(super) async fn from_provider(State(app): State<App>, request: Request) -> Result<Response, Refusal> {
    pass(app, request, |given| {
        if let (Some(code), Some(state)) = (given("code"), given("state")) {
            return Ok(Way::FromProvider { code, state });
        }
        let why = given("error").unwrap_or_else(|| "it says neither code nor error".to_owned());
        Err(Refusal::unauthenticated(format!("the provider does not let you in: {why}")))
    })
    .await
}

async fn pass(
    app: App,
    request: Request,
    way: impl FnOnce(&dyn Fn(&str) -> Option<String>) -> Result<Way, Refusal>,
) -> Result<Response, Refusal> {
    let (head, _) = request.into_parts();
    // Who only asks whether it is there does not use it up.
    if head.method != Method::GET {
        return Err(Refusal::not_found());
    }
    let given = query::pairs(head.uri.query().unwrap_or_default())?;
    let way = way(&|key| given.iter().find(|(known, _)| known == key).map(|(_, value)| value.clone()))?;
    let Passed { to, cookies } = app.parts().authenticate.pass(way, &head).await?;
    let to = HeaderValue::from_str(&to).map_err(Refusal::internal)?;
    let mut answer = (StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response();
    for cookie in cookies {
        answer.headers_mut().append(SET_COOKIE, HeaderValue::from_str(&cookie).map_err(Refusal::internal)?);
    }
    Ok(answer)
}
