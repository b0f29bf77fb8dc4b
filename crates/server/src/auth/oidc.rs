//! Signing in at a provider by the protocol OIDC: by a code, with PKCE and a nonce. What belongs together is kept in a
//! cookie of the browser that began it.

use std::error::Error;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::account::{GroupRule, Identity};
use domain::text::{Email, Issuer, Name, Subject, WebUrl};
use domain::{Leaf, Secret};
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreIdToken, CoreProviderMetadata};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest,
    HttpResponse, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
    TokenResponse,
};
use serde_json::Value;

use crate::public_url::PublicUrl;

/// A provider of sign-ins.
#[derive(Clone, Debug)]
pub struct Provider {
    /// The address that it issues tokens under.
    pub issuer: Issuer,
    /// What this server is called there.
    pub client_id: String,
    /// The secret of this server there; none for a public client.
    pub client_secret: Option<Secret<String>>,
    /// What is asked for beside `openid`.
    pub scopes: Vec<String>,
    /// The claim that names the groups that somebody is in.
    pub groups_claim: String,
    /// What the groups give.
    pub rules: Vec<GroupRule>,
}

/// A sign-in that begins at a provider.
pub struct Begun {
    /// Where the browser goes.
    pub address: String,
    /// What it keeps until it comes back.
    pub kept: Secret<String>,
}

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// How long the provider may take for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

impl Provider {
    /// Begins a sign-in.
    pub async fn begin(&self, public: &PublicUrl) -> Result<Begun, String> {
        let client = self.client(public).await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let asked = client.authorize_url(flow, CsrfToken::new_random, Nonce::new_random);
        let asked = asked.add_scopes(self.scopes.iter().cloned().map(Scope::new)).set_pkce_challenge(challenge);
        let (address, state, nonce) = asked.url();
        let kept = [state.secret(), nonce.secret(), verifier.secret()].map(|part| URL_SAFE_NO_PAD.encode(part));
        Ok(Begun { address: address.to_string(), kept: Secret::new(kept.join(".")) })
    }

    /// Ends a sign-in: who it is that came back with this code and state, to the browser that kept this.
    pub async fn end(&self, public: &PublicUrl, kept: &str, (code, state): (String, &str)) -> Result<Identity, String> {
        let part = |part: &str| String::from_utf8(URL_SAFE_NO_PAD.decode(part).ok()?).ok();
        let kept: Option<Vec<String>> = kept.split('.').map(part).collect();
        let kept: [String; 3] = kept
            .and_then(|parts| parts.try_into().ok())
            .ok_or("the browser did not begin this sign-in, or too long ago")?;
        let [expected, nonce, verifier] = kept;
        if expected != state {
            return Err("the browser did not begin this sign-in".into());
        }
        let client = self.client(public).await?;
        let http = http()?;
        let ask = |request| send(http.clone(), request);
        let exchange = client.exchange_code(AuthorizationCode::new(code)).map_err(|why| why.to_string())?;
        let answer = exchange.set_pkce_verifier(PkceCodeVerifier::new(verifier)).request_async(&ask).await;
        let answer = answer.map_err(|why| format!("the provider does not take the code: {}", in_full(&why)))?;
        let token = answer.id_token().ok_or("the provider answered no id token")?;
        let claims = token.claims(&client.id_token_verifier(), &Nonce::new(nonce));
        claims.map_err(|why| format!("the id token does not hold: {why}"))?;
        let claims = claims_of(token).ok_or("the id token has no claims")?;
        let more = match client.user_info_url().filter(|_| self.says_too_little(&claims)) {
            Some(address) => more(&http, address.as_str(), answer.access_token().secret()).await?,
            None => Value::Null,
        };
        self.identity(&claims, &more)
    }

    /// Whether an id token leaves out what this is about; then the provider says it where the access token is shown.
    fn says_too_little(&self, claims: &Value) -> bool {
        claims.get("email").is_none() || !self.rules.is_empty() && claims.get(&self.groups_claim).is_none()
    }

    /// Who somebody is by the claims of their id token, which holds, and by what the provider says beyond it.
    fn identity(&self, claims: &Value, more: &Value) -> Result<Identity, String> {
        let found = |name: &str| claims.get(name).or_else(|| more.get(name));
        let said = |name: &str| found(name).and_then(Value::as_str).map(str::to_owned);
        let subject = said("sub").ok_or("the id token does not say who it is about")?;
        if !more.is_null() && more.get("sub").and_then(Value::as_str) != Some(&subject) {
            return Err("the provider speaks of somebody else than its id token".into());
        }
        let email = said("email").and_then(|email| Email::try_new(email).ok());
        // Who says the address says whether it is theirs.
        let of_email = if claims.get("email").is_some() { claims } else { more };
        let verified = of_email.get("email_verified") == Some(&Value::Bool(true));
        let groups = found(&self.groups_claim).and_then(Value::as_array).into_iter().flatten();
        Ok(Identity {
            provider: self.issuer.clone(),
            provider_id: Subject::try_new(subject).map_err(|why| format!("sub: {why}"))?,
            verified_email: email.clone().filter(|_| verified),
            email,
            name: said("name").and_then(|name| Name::try_new(name).ok()),
            avatar_url: said("picture").and_then(|picture| WebUrl::try_new(picture).ok()),
            groups: groups.filter_map(Value::as_str).map(str::to_owned).collect(),
        })
    }

    async fn client(&self, public: &PublicUrl) -> Result<Client, String> {
        let http = http()?;
        let ask = |request| send(http.clone(), request);
        let issuer = IssuerUrl::new(self.issuer.raw()).map_err(|why| why.to_string())?;
        let metadata = CoreProviderMetadata::discover_async(issuer, &ask).await;
        let metadata =
            metadata.map_err(|why| format!("the provider {} cannot be asked: {}", self.issuer, in_full(&why)))?;
        let secret = self.client_secret.as_ref().map(|secret| ClientSecret::new(secret.reveal().clone()));
        let back = RedirectUrl::new(public.join("sign-in/oidc/callback")).map_err(|why| why.to_string())?;
        let client = CoreClient::from_provider_metadata(metadata, ClientId::new(self.client_id.clone()), secret);
        Ok(client.set_redirect_uri(back))
    }
}

/// The claims of a token.
fn claims_of(token: &CoreIdToken) -> Option<Value> {
    let text = token.to_string();
    let claims = URL_SAFE_NO_PAD.decode(text.split('.').nth(1)?).ok()?;
    serde_json::from_slice(&claims).ok()
}

/// What the provider says of whoever this access token is for.
async fn more(http: &reqwest::Client, address: &str, token: &str) -> Result<Value, String> {
    let asked = http.get(address).bearer_auth(token).send().await;
    let answer = asked.and_then(reqwest::Response::error_for_status);
    let said = async { answer?.json::<Value>().await };
    said.await.map_err(|why| format!("the provider does not say who it is: {}", in_full(&why)))
}

/// What an error says, with its causes.
fn in_full(why: &dyn Error) -> String {
    let causes = std::iter::successors(why.source(), |why| (*why).source());
    causes.fold(why.to_string(), |text, why| format!("{text}: {why}"))
}

/// A client that follows no redirect: a provider could lead it anywhere.
fn http() -> Result<reqwest::Client, String> {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(PATIENCE).build();
    client.map_err(|why| why.to_string())
}

async fn send(client: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, reqwest::Error> {
    let (head, body) = request.into_parts();
    let address = head.uri.to_string();
    let answer = client.request(head.method, address).headers(head.headers).body(body).send().await?;
    let mut response = HttpResponse::new(Vec::new());
    *response.status_mut() = answer.status();
    *response.headers_mut() = answer.headers().clone();
    *response.body_mut() = answer.bytes().await?.to_vec();
    Ok(response)
}
