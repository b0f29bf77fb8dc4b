//! A provider of sign-ins that speaks OIDC: everybody who comes is signed in as whom a test says.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

/// What this server is called there, and its secret.
pub const CLIENT: (&str, &str) = ("reprograph", "a secret of the client");

/// A provider.
#[derive(Clone)]
pub struct Provider {
    issuer: String,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Default)]
struct Shared {
    /// What the next id token says beside what it must.
    claims: Value,
    /// What is said where the access token is shown.
    more: Value,
    /// What each code was given out for.
    codes: HashMap<String, HashMap<String, String>>,
}

impl Provider {
    /// A provider on a port of its own.
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let issuer = format!("http://{}", listener.local_addr().expect("it is bound"));
        let provider = Self { issuer, shared: Arc::default() };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(configuration))
            .route("/keys", get(keys))
            .route("/authorize", get(authorize))
            .route("/token", post(token))
            .route("/userinfo", get(user_info))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        provider
    }

    /// The address that it issues tokens under.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Whoever comes next is this: the claims of their id token, which outweigh what it would say otherwise.
    pub fn say(&self, claims: Value) {
        self.shared.lock().expect("no test panics here").claims = claims;
    }

    /// Whoever comes next is this: their id token says who, and the rest is said where the access token is shown.
    pub fn say_elsewhere(&self, subject: &str, more: Value) {
        self.say(json!({ "sub": subject }));
        self.shared.lock().expect("no test panics here").more = more;
    }

    fn id_token(&self, asked: &HashMap<String, String>) -> String {
        let now = time::OffsetDateTime::now_utc().unix_timestamp();
        let mut said = json!({
            "iss": self.issuer, "aud": CLIENT.0, "iat": now, "exp": now + 300, "nonce": asked.get("nonce"),
        });
        let claims = self.shared.lock().expect("no test panics here").claims.clone();
        for (name, value) in claims.as_object().expect("claims") {
            said[name] = value.clone();
        }
        let key = EncodingKey::from_rsa_der(&STANDARD.decode(KEY).expect("a key"));
        let header = Header { kid: Some("one".into()), ..Header::new(Algorithm::RS256) };
        encode(&header, &said, &key).expect("a token")
    }
}

async fn configuration(State(provider): State<Provider>) -> Json<Value> {
    let at = |path: &str| format!("{}{path}", provider.issuer);
    Json(json!({
        "issuer": provider.issuer,
        "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"),
        "jwks_uri": at("/keys"),
        "userinfo_endpoint": at("/userinfo"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }))
}

async fn keys() -> Json<Value> {
    Json(json!({ "keys": [{ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": "one", "n": MODULUS, "e": "AQAB" }] }))
}

async fn authorize(State(provider): State<Provider>, Query(asked): Query<HashMap<String, String>>) -> Response {
    let is = |name: &str, value: &str| asked.get(name).is_some_and(|given| given == value);
    if !is("response_type", "code") || !is("client_id", CLIENT.0) || !is("code_challenge_method", "S256") {
        return (StatusCode::BAD_REQUEST, format!("{asked:?}")).into_response();
    }
    let code = uuid::Uuid::now_v7().simple().to_string();
    let back = format!("{}?code={code}&state={}", asked["redirect_uri"], asked["state"]);
    provider.shared.lock().expect("no test panics here").codes.insert(code, asked);
    Redirect::to(&back).into_response()
}

/// Takes a code once, from the client that has the secret, with the verifier of the challenge.
async fn token(State(provider): State<Provider>, headers: HeaderMap, body: String) -> Response {
    let given: HashMap<String, String> = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    let taken = given.get("code").and_then(|code| provider.shared.lock().expect("it runs").codes.remove(code));
    let known = headers.get("authorization").and_then(|shown| shown.to_str().ok()) == Some(&basic());
    let challenge = domain::Hasher::default();
    let proved = taken.as_ref().is_some_and(|asked| {
        let mut hasher = challenge;
        hasher.update(given.get("code_verifier").map_or("", String::as_str).as_bytes());
        let digest = domain::bytes_of_hex(hasher.finish().as_str()).expect("a digest");
        asked["code_challenge"] == URL_SAFE_NO_PAD.encode(digest) && asked["redirect_uri"] == given["redirect_uri"]
    });
    match taken.filter(|_| known && proved) {
        Some(asked) => Json(json!({
            "access_token": ACCESS_TOKEN, "token_type": "Bearer", "id_token": provider.id_token(&asked),
        }))
        .into_response(),
        None => (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response(),
    }
}

async fn user_info(State(provider): State<Provider>, headers: HeaderMap) -> Response {
    let shown = headers.get("authorization").and_then(|shown| shown.to_str().ok());
    if shown != Some(&format!("Bearer {ACCESS_TOKEN}")) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    Json(provider.shared.lock().expect("no test panics here").more.clone()).into_response()
}

const ACCESS_TOKEN: &str = "an access token";

fn basic() -> String {
    let encoded = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    format!("Basic {}", STANDARD.encode(format!("{}:{}", encoded(CLIENT.0), encoded(CLIENT.1))))
}

/// A key for tests alone, in DER.
const KEY: &str = "MIIEogIBAAKCAQEAsa3J+57woRnH90zkhijGbmySB/Zr2MFiPRoUKzc0+rtftnFhyFxCxwZoFN0RTtHY+Mdfz2iCvIz+Ur7NWhlLcTTxgrdtSj\
    Q213MXYxaM2x/wWehbbx7D3/unifGIVtLkVdxl6Os9zzQnTfUA3KOElO30fF1OnHV2LqzyDxNH+K/H41U3gTFs89DGIdTbuWs4j/ymbAhI/XSc\
    YAeUujovRB72IzbJPG8bpRZRGBxMQuemBcthMrYUb8MNmTSR0MiDTqCJXAZP9sqxcpEhckEBZXOXnvVlIy+W3y/VhBWVYbY3ElaWTzSuZ5ui1j\
    yA/EeRiA8TkOg1iLHrOUTogIWCpwIDAQABAoIBAE5stg2RHwcMuR2n2+p3jvZoh6BqHTokSXdMzoAwsvrEv79olk94oaT1Z/VlimEu8MUGQ3zp\
    1WLiHNNrEnrlVU5Xnw4iZmPtXhOE4lrDNlL16wHUNJ98hdqUWmPhr1sbZNudF4JSawrNK1gWf1Xj+v49db9689rNYefCQGl1Cjxypcyu39S3cv\
    Wx+We36QfeFLszE+qy2ms5O0B8CECIT4m3o8Mdtcgy+3wn/r4Y7dk7Tm7aAqlDBHvl0SfQgoAgaMWCwu14yRaPmemKMaaCb+i50fo+JgN6tM+u\
    +6aeSVrtMSPBnz7nTMxmH8uGFT6pyeLnNjqPg1OlGYdfzTGaEqkCgYEA2Kkm8PixmN7gCNCdjDO06Dhe3VDJdlw173yr3gArj563vShk3WEUB3\
    mJfSu28ZIhJjwU63cIyfO3x3fqhLFfTN8NxAa8TEc5NZy1diC+tx73TujRc4NLHim4mS47resXnZ+Lqh4aIXbccgW5NkeiuMkhO0A1ZD4teKZ5\
    TtH9S+MCgYEA0fCtOyoszUio2eev/5nl0In0wIzzUtQLz5vQPgS8c7cTJ0qCQ7yfTiBr7Mgom/l8B9Fa500OdLL7OEY/zyZ7moLDku5eJJPjgA\
    Umm7ExYYgFaAxdDwAlZDxUpb/mT9h5+mPoyDQgIy/tPBwr4j59NkzqWR4/apQC/8KL10OvcW0CgYB8UcszeDBH3JNG25WbTkwe98GPUnzXOqAE\
    NFBWCVj1hwg9NQFzefHJPDblKQFHaic1TkJeviW/4+XvQeLCkxhw/ohik87WIgQ0vB/vkWh9oPodQEB2/L5Mp3nyA3JhIEWjv1mfmrg5vX9Ouf\
    QFrmMzjs1Pt08rnvXuhe+Th7DFKwKBgC3zB3dTm8qyhIJs+1BuVqZ2C2O5dehDEPK3n7RzROvuvfpzjF9XAWcQIY8JoBnDWSo84DCP5QIVynZe\
    qcilG5iN1lBqa6CF3d0/Q1wARFacdtJ3IkcOOSDfM4ezoK0JLGlpRKHNBtusubfWUqSKGM2xt/kZbbfd/WoNIp5S6ithAoGAHxsxP4HkSK6aGw\
    DqsW1vRO7C66+gn3DALCczKWRLUbrrTG70y76ypWLEx6IfnXqh12MoveeS1o5Sn1MVfCiZFrpZmpT0I0EJdv+NSLFtUBQxIJRiKStHLA2SUrEQ\
    +dIJcP75wpXft+yCgJkZx0hu2Nz8w+kVV836Y+LDD6IKqbQ=";

/// Its modulus.
const MODULUS: &str = "sa3J-57woRnH90zkhijGbmySB_Zr2MFiPRoUKzc0-rtftnFhyFxCxwZoFN0RTtHY-Mdfz2iCvIz-Ur7NWhlLcTTxgrdtSjQ213MXYxaM2x_wWe\
    hbbx7D3_unifGIVtLkVdxl6Os9zzQnTfUA3KOElO30fF1OnHV2LqzyDxNH-K_H41U3gTFs89DGIdTbuWs4j_ymbAhI_XScYAeUujovRB72IzbJ\
    PG8bpRZRGBxMQuemBcthMrYUb8MNmTSR0MiDTqCJXAZP9sqxcpEhckEBZXOXnvVlIy-W3y_VhBWVYbY3ElaWTzSuZ5ui1jyA_EeRiA8TkOg1iL\
    HrOUTogIWCpw";
