//! Finds what somebody at the command line names: deleted projects and disabled users too.

use std::str::FromStr;

use domain::account::User;
use domain::project::Project;
use domain::text::Email;
use domain::{Id, Viewer};
use sea_orm::sea_query::{Expr, ExprTrait, Order};

use super::snapshot::column;
use crate::error::Result;
use crate::row::Row;
use crate::scope::Depth;
use crate::store::Store;

/// The project with this id, whatever became of it, or with this slug: the live one, if there is one.
pub async fn project_named(store: &Store, named: &str) -> Result<Option<Id<Project>>> {
    match Id::from_str(named) {
        Ok(id) => Ok(Some(id)),
        Err(_) => {
            first(store, column::<Project>("slug").eq(named), column::<Project>("deleted_at").is_not_null()).await
        }
    }
}

/// The user with this id or this e-mail address.
pub async fn user_named(store: &Store, named: &str) -> Result<Option<Id<User>>> {
    match (Id::from_str(named), Email::try_new(named)) {
        (Ok(id), _) => Ok(Some(id)),
        (Err(_), Ok(email)) => {
            let same = column::<User>("email_folded").eq(email.folded());
            first(store, same, column::<User>("id")).await
        }
        (Err(_), Err(_)) => Ok(None),
    }
}

/// The first row of `E` that fulfils a condition, in an order.
async fn first<E: Row<Id = Id<E>>>(store: &Store, condition: Expr, order: Expr) -> Result<Option<Id<E>>> {
    let reader = store.reader(Viewer::system("audit"), None);
    let mut select = Depth::OUTER.select_from::<E>();
    select.expr_as(column::<E>("id"), sea_orm::sea_query::Alias::new("id")).and_where(condition);
    select.order_by_expr(order, Order::Asc).limit(1);
    let rows = reader.query(&select).await?;
    rows.first().map(|row| Ok(Id::try_new(row.try_get("", "id")?)?)).transpose()
}
