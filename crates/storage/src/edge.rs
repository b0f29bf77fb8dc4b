//! An edge is a foreign key, walked both ways: `edge!(ClaimsOfPaper: Paper => Claim, PaperId, "paper_id");`.

use sea_orm::sea_query::{Expr, ExprTrait};

use crate::order::tuple;
use crate::row::{Column, Row, id_column};
use crate::scope::Depth;

/// A foreign key from a child to its parent.
pub trait Edge: std::fmt::Debug + Send + Sync + 'static {
    /// What the key names.
    type Parent: Row;
    /// What holds the key.
    type Child: Row;
    /// The name of the key's column.
    const KEY: &'static str;

    /// The key's column.
    fn column() -> Column<Self::Child>;

    /// The condition that the child at this depth hangs on the parent of this id.
    fn hangs_on(child: Depth, parent: Expr) -> Expr {
        child.column(Self::column()).eq(parent)
    }
}

/// The condition that the row at this depth is another than the one of this id, and has the same in these columns.
pub(crate) fn others_sharing<E: Row>(columns: [Column<E>; 2], child: Depth, of: Expr) -> Expr {
    let depth = child.inner();
    let shared = depth
        .select_from::<E>()
        .exprs(columns.map(|column| depth.column(column)))
        .and_where(depth.column(id_column::<E>()).eq(of.clone()))
        .take();
    let same = tuple(columns.into_iter().map(|column| child.column(column))).in_subquery(shared);
    same.and(child.column(id_column::<E>()).ne(of))
}

/// Declares edges: the name, the two ends, and the child's column.
#[macro_export]
macro_rules! edge {
    ($($(#[$doc:meta])* $name:ident: $parent:ty => $child:ty, $column:ident, $key:literal;)+) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub struct $name;

        impl $crate::edge::Edge for $name {
            type Parent = $parent;
            type Child = $child;
            const KEY: &'static str = $key;

            fn column() -> $crate::row::Column<$child> {
                $crate::row::Column::<$child>::$column
            }
        }
    )+ };
}
