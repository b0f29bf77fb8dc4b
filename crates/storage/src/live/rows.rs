//! Numbered rows as a feed: those under a parent, after a number.

use domain::Id;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, Order};

use super::Read;
use crate::error::Result;
use crate::reader::{Reader, decode, select_all};
use crate::row::{Column, Row, id_column};
use crate::scope::{Depth, Known, visible};

/// How many rows are read at once.
const PAGE: u64 = 500;

/// Rows of `E` that are known by a number under a parent.
pub(crate) struct Numbered<P, E: Row> {
    /// The parent.
    pub(crate) parent: Id<P>,
    /// Which rows are the parent's.
    pub(crate) own: Expr,
    /// The column of the number.
    pub(crate) number: Column<E>,
}

impl<P: Row, E: Row> Numbered<P, E> {
    /// The greatest number, 0 where there is none; none where the parent is not there.
    pub(crate) async fn last(self, reader: &Reader) -> Result<Option<i64>> {
        if !is_there(reader, self.parent).await? {
            return Ok(None);
        }
        let greatest = Func::coalesce([Func::max(Depth::OUTER.column(self.number)).into(), Expr::val(0_i64)]);
        let mut select = Depth::OUTER.select_from::<E>();
        select.expr_as(greatest, Alias::new("last")).and_where(self.own);
        Ok(reader.query(&select).await?.first().map(|row| row.try_get("", "last")).transpose()?)
    }

    /// The rows after a number, in order; none where the parent is not there any more.
    pub(crate) async fn after(self, reader: &Reader, last: i64, number: impl Fn(&E) -> i64) -> Result<Option<Read<E>>> {
        let depth = Depth::OUTER;
        let mut select = select_all::<E>(depth);
        select
            .and_where(self.own)
            .and_where(depth.column(self.number).gt(last))
            .cond_where(visible::<E>(&reader.viewer(), reader.dialect(), depth, Known::Nothing))
            .order_by_expr(depth.column(self.number), Order::Asc)
            .limit(PAGE);
        let rows = reader.query(&select).await?;
        if rows.is_empty() && !is_there(reader, self.parent).await? {
            return Ok(None);
        }
        let more = u64::try_from(rows.len()).is_ok_and(|found| found == PAGE);
        let items = rows.iter().map(|row| decode::<E>(row).map(|row| (number(&row), row))).collect::<Result<_>>()?;
        Ok(Some(Read { items, more }))
    }
}

/// Whether there is a live row of this id.
pub(crate) async fn is_there<P: Row>(reader: &Reader, id: Id<P>) -> Result<bool> {
    let depth = Depth::OUTER;
    let mut select = depth.select_from::<P>();
    select.expr(Expr::val(1)).and_where(depth.column(id_column::<P>()).eq(id.uuid())).cond_where(visible::<P>(
        &reader.viewer(),
        reader.dialect(),
        depth,
        Known::Nothing,
    ));
    Ok(!reader.query(&select).await?.is_empty())
}
