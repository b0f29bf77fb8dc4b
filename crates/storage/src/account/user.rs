//! The table `users`: whoever shares a project with somebody sees them.

use domain::account::{PasswordHash, Role, User};
use domain::text::{Email, Name, WebUrl};
use domain::{Id, Invalid, JsonObject, Revision, Timestamp};

use crate::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Col<Id<User>>,
    pub email: Col<Email>,
    pub email_folded: Col<String>,
    pub name: Option<Col<Name>>,
    pub avatar_url: Option<Col<WebUrl>>,
    pub role: Col<Role>,
    pub password_hash: Option<Col<PasswordHash>>,
    pub must_reset_password: Col<bool>,
    pub email_verified_at: Option<Col<Timestamp>>,
    pub last_login_at: Option<Col<Timestamp>>,
    pub disabled_at: Option<Col<Timestamp>>,
    pub metadata: Col<JsonObject>,
    pub revision: Col<Revision>,
    pub created_at: Col<Timestamp>,
    pub updated_at: Col<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

row! {
    User {
        id, name, avatar_url, role, password_hash, must_reset_password, email_verified_at, last_login_at, disabled_at,
        metadata, revision, created_at, updated_at,
    }
    spread email over { email, email_folded } from unfold, into |email: Email| { let folded = email.folded(); (email, folded) };
    seen Scope::Sharing;
    secret "password_hash";
}

fn unfold(email: Email, folded: String) -> Result<Email, Invalid> {
    if email.folded() == folded {
        Ok(email)
    } else {
        Err(Invalid::new("email_folded", "the folded e-mail address is not that of the e-mail address"))
    }
}

sorts! { User {
    CreatedAt: "CREATED_AT_ASC" Ascending, "CREATED_AT_DESC" Descending, "when the account was made";
    EmailFolded: "EMAIL_ASC" Ascending, "EMAIL_DESC" Descending, "e-mail address";
} }
