//! Mail: who registers by domain, forgets a password or is invited gets a letter, and nobody else learns of it.

use domain::Viewer;
use domain::account::{Registration, Role};
use serde_json::json;
use server::auth::House;
use server::mail::Post;
use server::settings::MailSettings;
use tests::app::App;
use tests::database::Kind;
use tests::smtp::Smtp;

use super::{PASSWORD, REGISTER, SIGN_IN, done, tried, with_password};

fn mailing(smtp: &Smtp) -> impl FnOnce(&mut House) {
    let settings = MailSettings {
        smtp_url: Some(domain::Secret::new(smtp.url())),
        smtp_url_file: None,
        mail_from: Some("Reprograph <reprograph@example.org>".parse().unwrap()),
    };
    let post = Post::open(&settings).unwrap();
    move |house| {
        house.post = post;
        house.rules.registration = Registration::Domain(vec!["example.org".into()]);
    }
}

const VERIFY: &str = "mutation($t: String!) { verifyEmail(input: { token: $t }) { email } }";
const FORGOT: &str = "mutation($e: String!) { requestPasswordReset(input: { email: $e }) { mailed } }";
const RESET: &str =
    "mutation($t: String!, $p: String!) { resetPassword(input: { token: $t, newPassword: $p }) { email } }";

#[tokio::test(flavor = "multi_thread")]
async fn who_registers_by_domain_is_pending_until_the_mail_is_answered() {
    for kind in Kind::ALL {
        let smtp = Smtp::start().await;
        let Some(app) = App::with_house(kind, mailing(&smtp)).await else { continue };
        let first = tried(&app, REGISTER, with_password("new@example.org")).await;
        let letter = smtp.letter().await;
        assert_eq!(letter.to, "new@example.org");
        let signed_in = done(&app, SIGN_IN, with_password("new@example.org")).await;
        assert_eq!(signed_in["signIn"]["user"]["role"], "PENDING");
        let token = letter.token("verify");
        done(&app, VERIFY, json!({ "t": token })).await;
        assert_eq!(tried(&app, VERIFY, json!({ "t": token })).await.0.as_deref(), Some("BAD_USER_INPUT"));
        let signed_in = done(&app, SIGN_IN, with_password("new@example.org")).await;
        assert_eq!(signed_in["signIn"]["user"]["role"], "USER");
        // Who takes an address that is taken is answered the same, at the same cost; its owner is told.
        let again = tried(&app, REGISTER, json!({ "e": "New@example.org", "p": "somebody else's" })).await;
        assert_eq!(first, again, "{kind:?}");
        let letter = smtp.letter().await;
        assert!(letter.text.contains("an account already"), "{letter:?}");
        done(&app, SIGN_IN, with_password("new@example.org")).await;
        let elsewhere = tried(&app, REGISTER, with_password("new@example.com")).await;
        assert_eq!(elsewhere.0.as_deref(), Some("FORBIDDEN"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_replaced_by_mail_and_all_sign_ins_end() {
    for kind in Kind::ALL {
        let smtp = Smtp::start().await;
        let Some(app) = App::with_house(kind, mailing(&smtp)).await else { continue };
        done(&app, REGISTER, with_password("known@example.org")).await;
        smtp.letter().await;
        done(&app, SIGN_IN, with_password("known@example.org")).await;
        let unknown = tried(&app, FORGOT, json!({ "e": "unknown@example.org" })).await;
        let known = tried(&app, FORGOT, json!({ "e": "known@example.org" })).await;
        assert_eq!(unknown, known, "{kind:?}");
        let letter = smtp.letter().await;
        assert_eq!(letter.to, "known@example.org");
        let reset = json!({ "t": letter.token("reset"), "p": "another password" });
        done(&app, RESET, reset.clone()).await;
        assert_eq!(tried(&app, RESET, reset).await.0.as_deref(), Some("BAD_USER_INPUT"));
        let old = tried(&app, SIGN_IN, with_password("known@example.org")).await;
        assert_eq!(old.0.as_deref(), Some("UNAUTHENTICATED"));
        let new = json!({ "e": "known@example.org", "p": "another password" });
        let query = SIGN_IN.replace("token user {", "token user { sessions { nodes { revokedAt } }");
        let (answer, _) = app.ask_as(Viewer::nobody(), &query, new).await;
        let sessions = answer.data.into_json().unwrap()["signIn"]["user"]["sessions"]["nodes"].clone();
        let open = sessions.as_array().unwrap().iter().filter(|session| session["revokedAt"].is_null()).count();
        assert_eq!(open, 1, "{sessions}");
        assert!(smtp.is_empty().await, "nobody else got mail");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_goes_by_mail_and_is_the_way_in() {
    for kind in Kind::ALL {
        let smtp = Smtp::start().await;
        let Some(app) = App::with_house(kind, mailing(&smtp)).await else { continue };
        let ann = app.user("ann", Role::Admin).await;
        let invite = "mutation { inviteUser(input: { email: \"guest@example.com\", role: MANAGER }) { link } }";
        let (answer, _) = app.ask(ann, invite, json!({})).await;
        assert_eq!(answer.data.into_json().unwrap()["inviteUser"]["link"], json!(null), "{:?}", answer.errors);
        let token = smtp.letter().await.token("invitation");
        let register = "mutation($e: String!, $t: String!, $p: String!) {
            register(input: { email: $e, password: $p, name: \"Guest\", invitation: $t }) { mailed } }";
        let other = json!({ "e": "other@example.com", "t": token, "p": PASSWORD });
        assert_eq!(tried(&app, register, other).await.0.as_deref(), Some("BAD_USER_INPUT"));
        done(&app, register, json!({ "e": "guest@example.com", "t": token, "p": PASSWORD })).await;
        let signed_in = done(&app, SIGN_IN, with_password("guest@example.com")).await;
        assert_eq!(signed_in["signIn"]["user"]["role"], "MANAGER");
        assert_eq!(signed_in["signIn"]["user"]["name"], "Guest");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_passwords_nobody_signs_in_by_one() {
    let Some(app) = App::with_house(Kind::Sqlite, |house| house.rules.password_sign_in = false).await else { return };
    for query in [SIGN_IN, REGISTER] {
        assert_eq!(tried(&app, query, with_password("a@example.org")).await.0.as_deref(), Some("FORBIDDEN"));
    }
    assert_eq!(tried(&app, FORGOT, json!({ "e": "a@example.org" })).await.0.as_deref(), Some("FORBIDDEN"));
}
