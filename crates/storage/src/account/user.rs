//! The table `users`: whoever shares a project with somebody sees them.

use domain::account::{PasswordHash, Role, User};
use domain::text::{Email, Name, WebUrl};
use domain::{Invalid, JsonObject, Leaf, Timestamp};
use sea_orm::sea_query::{Condition, ExprTrait};

use crate::prelude::*;
use crate::scope::Depth;

row! {
    "users" User, edited {
        role: Role,
        must_reset_password: bool,
        metadata: JsonObject,
    }
    optional {
        name: Name,
        avatar_url: WebUrl,
        password_hash: PasswordHash,
        email_verified_at: Timestamp,
        last_login_at: Timestamp,
        disabled_at: Timestamp,
    }
    split email over {
        email: Email,
        email_folded: String,
    } from |email, folded: String| unfold(email, &folded), into |email: Email| { let folded = email.folded(); (email, folded) };
    secret "password_hash";
}

fn unfold(email: Email, folded: &str) -> Result<Email, Invalid> {
    if email.folded() == folded {
        Ok(email)
    } else {
        Err(Invalid::new("email_folded", "the folded e-mail address is not that of the e-mail address"))
    }
}

edited! {
    User, of id;
    unique email: EmailFolded;
    with {
        async fn refuse_change(before: &Self, after: Option<&Self>, work: &mut Work) -> Result<()> {
            let keeps = |user: &Self| user.role == Role::Admin && user.disabled_at.is_none();
            if !keeps(before) || after.is_some_and(keeps) {
                return Ok(());
            }
            let administrators = Condition::all()
                .add(Depth::OUTER.column(Column::Role).eq(Role::Admin.raw()))
                .add(Depth::OUTER.column(Column::DisabledAt).is_null());
            if work.find_all::<Self>(administrators).await?.iter().all(|user| user.id == before.id) {
                return Err(Error::Precondition("the last administrator stays one: make another first".into()));
            }
            Ok(())
        }
    }
}

sorts! { User {
    CreatedAt: "CREATED_AT_ASC" Ascending, "CREATED_AT_DESC" Descending, "when the account was made";
    EmailFolded: "EMAIL_ASC" Ascending, "EMAIL_DESC" Descending, "e-mail address";
} }
