//! Mail by SMTP: each letter is sent apart from the request that it comes from, and tried again for a while. What cannot
//! be sent is said in the log, without what it says: who waits for it asks again, or an administrator makes a link.

use std::time::Duration;

use domain::account::TokenPurpose;
use domain::text::Email;
use graphql::account::door::Letter;
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use uuid::Uuid;

use crate::public_url::PublicUrl;
use crate::settings::MailSettings;

/// Sends mail.
#[derive(Clone, Debug)]
pub struct Post {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// How long after each failure a letter is sent again.
const AGAIN: [Duration; 5] = [
    Duration::from_secs(2),
    Duration::from_secs(15),
    Duration::from_mins(1),
    Duration::from_mins(5),
    Duration::from_mins(15),
];
/// How long sending a letter may take.
const PATIENCE: Duration = Duration::from_secs(30);

impl Post {
    /// The way to the mail server of these settings, where there is one.
    pub fn open(settings: &MailSettings) -> Result<Option<Self>, String> {
        let Some(url) = &settings.smtp_url else {
            return match settings.mail_from {
                Some(_) => Err("smtp_url: is missing, though mail_from is given".into()),
                None => Ok(None),
            };
        };
        // What is wrong with it is not told with its password.
        let wrong = "smtp_url: must be like smtps://USER:PASSWORD@mail.example.org, or smtp://…?tls=required";
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.reveal()).map_err(|_| wrong.to_owned())?;
        let from = settings.mail_from.clone().ok_or("mail_from: is missing, though smtp_url is given")?;
        Ok(Some(Self { transport: transport.timeout(Some(PATIENCE)).build(), from }))
    }

    /// Sends a letter, later.
    pub fn send(&self, to: &Email, letter: &Letter, house: &PublicUrl) {
        let message = match self.message(to, letter, house) {
            Ok(message) => message,
            Err(why) => return tracing::error!(%why, "a letter could not be written"),
        };
        let transport = self.transport.clone();
        tokio::spawn(async move {
            for pause in AGAIN {
                let Err(why) = transport.send(message.clone()).await else { return };
                tracing::warn!(%why, again_in = ?pause, "a letter could not be sent");
                tokio::time::sleep(pause).await;
            }
            if let Err(why) = transport.send(message).await {
                tracing::error!(%why, "a letter could not be sent, and is given up");
            }
        });
    }

    fn message(&self, to: &Email, letter: &Letter, house: &PublicUrl) -> Result<Message, String> {
        let to = to.as_str().parse().map_err(|_| "the address is none that mail goes to".to_owned())?;
        let (subject, text) = written(letter, house);
        let message = Message::builder().from(self.from.clone()).to(Mailbox::new(None, to)).subject(subject);
        // It stays the same when the letter is sent again, so that one which came through after all is known.
        let id = format!("<{}@{}>", Uuid::now_v7().simple(), self.from.email.domain());
        let message = message.message_id(Some(id));
        message.header(ContentType::TEXT_PLAIN).body(text).map_err(|why| why.to_string())
    }
}

/// The subject and the text of a letter.
fn written(letter: &Letter, house: &PublicUrl) -> (&'static str, String) {
    let (subject, what) = match letter {
        Letter::Link(TokenPurpose::EmailVerification, _) => (
            "Is this your e-mail address?",
            "Somebody, probably you, has an account with this address. To show that it is yours:",
        ),
        Letter::Link(TokenPurpose::PasswordReset, _) => {
            ("A new password", "Somebody, probably you, asked to choose a new password. To do so:")
        }
        Letter::Link(TokenPurpose::Invitation, _) => {
            ("You are invited", "You are invited to work here. To accept, and choose a password:")
        }
        Letter::Registered => (
            "You have an account already",
            "Somebody, probably you, wanted to register with this address. It has an account already: sign in with it, or \
             choose a new password if you forgot yours.",
        ),
    };
    let link = match letter {
        Letter::Link(_, link) => {
            format!("\n\n{}\n\nThe link works once, and not for long. If this was not you, do nothing.", link.reveal())
        }
        Letter::Registered => String::new(),
    };
    (subject, format!("{what}{link}\n\nReprograph at {house}\n"))
}
