//! `GET /sign-in?token=…`: the link that a start prints signs the browser in, and goes on to the first page.

use axum::extract::{Request, State};
use axum::http::header::{HeaderValue, LOCATION, SET_COOKIE};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};

use super::answer::Refusal;
use super::{App, query};

pub(super) async fn by_link(State(app): State<App>, request: Request) -> Result<Response, Refusal> {
    let (head, _) = request.into_parts();
    // Who only asks whether it is there does not use it up.
    if head.method != Method::GET {
        return Err(Refusal::not_found());
    }
    let given = query::pairs(head.uri.query().unwrap_or_default())?;
    let token = given.into_iter().find(|(key, _)| key == "token").map(|(_, token)| token);
    let token = token.ok_or_else(|| Refusal::bad_input("the link is not whole: it ends in ?token=…"))?;
    let cookie = app.parts().authenticate.by_link(&token, &head).await?;
    let cookie = HeaderValue::from_str(&cookie).map_err(Refusal::internal)?;
    let home = HeaderValue::from_str(&app.public_url().to_string()).map_err(Refusal::internal)?;
    Ok((StatusCode::SEE_OTHER, [(SET_COOKIE, cookie), (LOCATION, home)]).into_response())
}
