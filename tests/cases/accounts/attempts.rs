//! Attempts: there are pauses between them, which tell nothing of whether there is such an account.

use domain::Viewer;
use domain::account::{Attempt, Registration, Tried};
use serde_json::json;
use storage::Error;
use storage::account::attempt;
use tests::app::App;
use tests::database::Kind;

use super::{PASSWORD, REGISTER, SIGN_IN, done, tried, with_password};

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_address_and_a_wrong_password_are_answered_alike_at_the_same_cost() {
    for kind in Kind::ALL {
        let open = |house: &mut server::auth::House| house.rules.registration = Registration::Open;
        let Some(app) = App::with_house(kind, open).await else { continue };
        done(&app, REGISTER, with_password("known@example.org")).await;
        let mut answers = Vec::new();
        for email in ["known@example.org", "unknown@example.org"] {
            let mut of_one = Vec::new();
            for _ in 0..9 {
                of_one.push(tried(&app, SIGN_IN, json!({ "e": email, "p": "not the password" })).await);
            }
            answers.push(of_one);
        }
        assert_eq!(answers[0], answers[1], "{kind:?}");
        let codes: Vec<_> = answers[0].iter().filter_map(|(code, _)| code.as_deref()).collect();
        assert_eq!(codes[0], "UNAUTHENTICATED");
        assert!(codes.contains(&"LIMIT_EXCEEDED"), "{codes:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_says_when_to_try_again_and_keeps_no_address() {
    for kind in Kind::ALL {
        let Some(app) = App::start(kind).await else { continue };
        let variables = json!({ "e": "unknown@example.org", "p": PASSWORD });
        let refused = loop {
            let (answer, _) = app.ask_as(Viewer::nobody(), SIGN_IN, variables.clone()).await;
            let answer = serde_json::to_value(&answer).unwrap();
            if answer["errors"][0]["extensions"]["code"] == "LIMIT_EXCEEDED" {
                break answer;
            }
        };
        let wait = refused["errors"][0]["extensions"]["retryAfter"].as_i64().unwrap();
        assert!((1..=300).contains(&wait), "{refused}");
        assert!(!refused.to_string().contains("unknown@example.org"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn attempts_at_once_are_all_counted() {
    for kind in Kind::ALL {
        let Some(app) = App::start(kind).await else { continue };
        let one = Attempt::new(Tried::SignIn, "a@example.org", "192.0.2.1".parse().ok());
        let reader = app.store.reader(Viewer::nobody(), None);
        let counted = (0..40).map(|_| attempt::count(&reader, &one));
        let counted = futures_util::future::join_all(counted).await;
        let through = counted.iter().filter(|counted| counted.is_ok()).count();
        let limited = counted.iter().filter(|counted| matches!(counted, Err(Error::TooOften(_)))).count();
        assert_eq!(through + limited, 40, "{counted:?}");
        // The clock of the tests goes on by a second with each look at it, so some pauses are over meanwhile.
        assert!((5..=14).contains(&through), "{kind:?}: {through} came through");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_comes_in_from_where_they_did_before_whatever_others_try() {
    for kind in Kind::ALL {
        let Some(app) = App::start(kind).await else { continue };
        let at = |address: &str| Attempt::new(Tried::SignIn, "a@example.org", address.parse().ok());
        let reader = app.store.reader(Viewer::nobody(), None);
        let home = at("198.51.100.1");
        attempt::count(&reader, &home).await.unwrap();
        attempt::forgive(&reader, &home).await.unwrap();
        let mut refused = 0;
        for n in 0..60 {
            refused += usize::from(attempt::count(&reader, &at(&format!("192.0.2.{n}"))).await.is_err());
        }
        assert!(refused > 5, "{kind:?}: others are held up, {refused} times");
        attempt::count(&reader, &home).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_that_are_over_are_forgotten() {
    for kind in Kind::ALL {
        let Some(app) = App::start(kind).await else { continue };
        let reader = app.store.reader(Viewer::nobody(), None);
        attempt::count(&reader, &Attempt::new(Tried::Mail, "a@example.org", None)).await.unwrap();
        assert!(!attempt::forget(&app.store, 2).await.unwrap(), "nothing is over yet");
        // An hour goes by, by looking at the clock.
        for _ in 0..3700 {
            app.store.now();
        }
        assert!(attempt::forget(&app.store, 2).await.unwrap(), "two of three");
        assert!(!attempt::forget(&app.store, 2).await.unwrap(), "the third");
    }
}
