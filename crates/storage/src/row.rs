//! An entity and its row: `row!` maps both ways, so that a field forgotten on either side does not compile.

use std::str::FromStr;

use domain::{Id, Invalid, Key, Part, Policed};
use sea_orm::sea_query::InsertStatement;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DbErr, EntityTrait, FromQueryResult, IntoActiveModel, Iterable, ModelTrait,
    QueryResult, Value,
};
use uuid::Uuid;

use crate::scope::Ancestor;

/// The table of an entity.
pub type Table<E> = <E as Row>::Table;
/// The columns of an entity's table.
pub type Column<E> = <Table<E> as EntityTrait>::Column;
/// The row of an entity as it is written.
pub type ActiveModel<E> = <Table<E> as EntityTrait>::ActiveModel;
/// The row of an entity as the database has it.
pub type Model<E> = <Table<E> as EntityTrait>::Model;

/// An entity that is kept in a table of its own.
pub trait Row: Policed + Clone + PartialEq + std::fmt::Debug {
    /// The table, as SeaORM knows it.
    type Table: EntityTrait<
            Column: ColumnTrait + Iterable + FromStr,
            Model: ModelTrait<Entity = Self::Table> + FromQueryResult + Send + Sync,
        >;

    /// The columns of the primary key.
    const KEY: &'static [&'static str];

    /// The row whose columns stand in a result from this place on, in their order.
    fn read(found: &QueryResult, first: usize) -> Result<Model<Self>, DbErr>;

    /// The value that a row stands for.
    fn from_row(row: Model<Self>) -> Result<Self, Invalid>;

    /// The row that stands for the value.
    fn to_row(&self) -> Model<Self>;

    /// The statement that inserts rows.
    fn insertion(rows: &[Self]) -> InsertStatement;

    /// The rows above it that hide it when they are deleted, its project apart.
    fn ancestors() -> Vec<Ancestor<Column<Self>>>;

    /// The columns that belong in no audit entry.
    fn secrets() -> &'static [&'static str];

    /// The columns that an audit entry leaves out because they may be large; another column says what stood there.
    fn bulky() -> &'static [&'static str];

    /// The columns that the database computes, and that are never written.
    fn computed() -> &'static [&'static str];
}

/// The column `id`, which every table has whose rows are not known by their place under a parent.
pub(crate) fn id_column<E: Row>() -> Column<E> {
    column_named::<E>("id")
}

/// The column of this name; each that is asked for stands in the entity's declaration.
pub(crate) fn column_named<E: Row>(name: &str) -> Column<E> {
    find_column::<E>(name).unwrap_or_else(|| unreachable!("{} has a column {name}", E::TABLE))
}

/// The column of this name, where the table has it.
pub(crate) fn find_column<E: Row>(name: &str) -> Option<Column<E>> {
    Column::<E>::iter().find(|column| sea_orm::IdenStatic::as_str(column) == name)
}

/// The id of a row.
pub(crate) fn id_of<E: Row>(row: &Model<E>) -> Result<Id<E>, Invalid> {
    uuid_in::<E>(row, id_column::<E>()).map_or_else(|| Err(Invalid::new("id", "the row has no id")), Id::try_new)
}

/// The columns of the primary key.
pub(crate) fn key_columns<E: Row>() -> impl Iterator<Item = Column<E>> {
    E::KEY.iter().map(|name| column_named::<E>(name))
}

/// What a row is known by.
pub(crate) fn key_of<E: Row>(row: &Model<E>) -> Result<E::Id, Invalid> {
    let parts: Option<Vec<_>> = key_columns::<E>().map(|column| part(&row.get(column))).collect();
    E::Id::try_from_parts(&parts.ok_or_else(|| Invalid::new("id", "the row has no id"))?)
}

/// A column of a primary key as a part of an id.
pub(crate) fn part(value: &Value) -> Option<Part> {
    match value {
        Value::Uuid(uuid) => uuid.map(Part::Uuid),
        Value::BigInt(number) => number.map(Part::Number),
        _ => None,
    }
}

/// A part of an id as the value of a column.
pub(crate) fn value_of(part: Part) -> Value {
    match part {
        Part::Uuid(uuid) => uuid.into(),
        Part::Number(number) => number.into(),
    }
}

/// The UUID in a column of a row.
pub(crate) fn uuid_in<E: Row>(row: &Model<E>, column: Column<E>) -> Option<Uuid> {
    match row.get(column) {
        Value::Uuid(uuid) => uuid,
        _ => None,
    }
}

/// A row to be inserted, without what the database computes.
pub fn to_insert<E: Row>(row: &E) -> ActiveModel<E>
where
    Model<E>: IntoActiveModel<ActiveModel<E>>,
{
    let mut model = row.to_row().into_active_model();
    for name in E::computed() {
        model.not_set(column_named::<E>(name));
    }
    model
}

/// Declares how an entity is kept: the table; the columns beside its key that have the name of a field, and those among
/// them that may be null; each field that is spread over several columns that may be null, or split over several of which
/// some may not be, with the functions that join and part it; which rows hide it when they are deleted, `with` the column
/// that names what they stand under themselves where the foreign key has it; which columns belong in no audit entry, and
/// which are too large for one. Who sees the row stands in the policy.
///
/// A row that people edit is `edited`: it has a revision and times. One that can be restored is `deletable`: it has a
/// lifecycle as well. One that is only ever added is `logged`, or `numbered by` the two columns that are its place under
/// its parent: it has one time; `placed by` them, where that time is a field of its own.
#[macro_export]
macro_rules! row {
    ($table:literal $entity:ident, deletable { $($fields:tt)* } optional { $($maybe:tt)* } $($rest:tt)*) => {
        $crate::row! {
            $table $entity, edited { $($fields)* }
            optional { $($maybe)* }
            spread lifecycle over {
                deleted_at: domain::Timestamp,
                purged_at: domain::Timestamp,
            } from domain::Lifecycle::from_columns, into domain::Lifecycle::columns;
            $($rest)*
        }
    };
    ($table:literal $entity:ident, edited { $($fields:tt)* } $($rest:tt)*) => {
        $crate::row! {
            $table $entity {
                $($fields)*
                revision: domain::Revision,
                created_at: domain::Timestamp,
                updated_at: domain::Timestamp,
            }
            $($rest)*
        }
    };
    ($table:literal $entity:ident, logged { $($fields:tt)* } $($rest:tt)*) => {
        $crate::row! { $table $entity { $($fields)* created_at: domain::Timestamp, } $($rest)* }
    };
    ($table:literal $entity:ident, numbered by $parent:ident, $number:ident { $($fields:tt)* } $($rest:tt)*) => {
        $crate::row! {
            $table $entity, placed by $parent, $number { $($fields)* created_at: domain::Timestamp, } $($rest)*
        }
    };
    ($table:literal $entity:ident, placed by $parent:ident, $number:ident { $($fields:tt)* } $($rest:tt)*) => {
        $crate::row! {
            $table $entity,
            known by { $parent: uuid::Uuid, $number: domain::Count, }
            from domain::Nth::try_new, into |place: domain::Nth<$entity>| (place.parent(), place.number());
            { $($fields)* }
            $($rest)*
        }
    };
    ($table:literal $entity:ident { $($fields:tt)* } $($rest:tt)*) => {
        $crate::row! {
            $table $entity, known by { id: domain::Id<$entity>, } from Ok::<_, domain::Invalid>, into |id| (id,);
            { $($fields)* }
            $($rest)*
        }
    };
    (
        $table:literal $entity:ident,
        known by { $($key:ident: $key_type:ty,)+ } from $known:expr, into $parts:expr;
        { $($field:ident: $type:ty,)+ }
        $(optional { $($maybe:ident: $maybe_type:ty,)+ })?
        $(spread $loose:ident over { $($part:ident: $part_type:ty,)+ } from $gather:expr, into $scatter:expr;)*
        $(
            split $spread:ident over { $($column:ident: $column_type:ty,)+ }
            $(optional { $($other:ident: $other_type:ty,)+ })?
            from $join:expr, into $split:expr;
        )*
        $(under $ancestor:ty, by $naming:ident $(, with $shared:ident)?;)*
        $(secret $secret:literal;)*
        $(bulky $bulky:literal;)*
        $(computed $computed:literal;)*
    ) => {
        // SeaORM reads the columns' types as text, where a path from `$crate` means nothing: `Col` is imported.
        /// A row of the table.
        #[derive(Clone, Debug, PartialEq, sea_orm::DeriveEntityModel)]
        #[sea_orm(table_name = $table)]
        #[allow(missing_docs, reason = "the columns are described where the entity is")]
        pub struct Model {
            $(#[sea_orm(primary_key, auto_increment = false)] pub $key: Col<$key_type>,)+
            $(pub $field: Col<$type>,)+
            $($(pub $maybe: Option<Col<$maybe_type>>,)+)?
            $($(pub $part: Option<Col<$part_type>>,)+)*
            $($(pub $column: Col<$column_type>,)+ $($(pub $other: Option<Col<$other_type>>,)+)?)*
        }

        /// SeaORM's relations, of which there are none: edges are `edge!`s.
        #[derive(Copy, Clone, Debug, sea_orm::EnumIter, sea_orm::DeriveRelation)]
        pub enum Relation {}

        impl sea_orm::ActiveModelBehavior for ActiveModel {}

        impl $crate::row::Row for $entity {
            type Table = Entity;
            const KEY: &'static [&'static str] = &[$(stringify!($key)),+];

            fn read(found: &sea_orm::QueryResult, first: usize) -> Result<Model, sea_orm::DbErr> {
                let mut place = first;
                let mut next = || {
                    place += 1;
                    place - 1
                };
                Ok(Model {
                    $($key: found.try_get_by(next())?,)+
                    $($field: found.try_get_by(next())?,)+
                    $($($maybe: found.try_get_by(next())?,)+)?
                    $($($part: found.try_get_by(next())?,)+)*
                    $($($column: found.try_get_by(next())?,)+ $($($other: found.try_get_by(next())?,)+)?)*
                })
            }

            fn from_row(row: Model) -> Result<Self, domain::Invalid> {
                let Model {
                    $($key,)+
                    $($field,)+
                    $($($maybe,)+)?
                    $($($part,)+)*
                    $($($column,)+ $($($other,)+)?)*
                } = row;
                $(let $loose = $gather($($crate::column::unpack($part)),+)?;)*
                $(let $spread = $join($($column.0,)+ $($($crate::column::unpack($other),)+)?)?;)*
                Ok(Self {
                    id: $known($($key.0),+)?,
                    $($field: $field.0,)+
                    $($($maybe: $crate::column::unpack($maybe),)+)?
                    $($loose,)*
                    $($spread,)*
                })
            }

            fn to_row(&self) -> Model {
                let Self { id, $($field,)+ $($($maybe,)+)? $($loose,)* $($spread,)* } = self.clone();
                let ($($key,)+) = $parts(id);
                $(let ($($part,)+) = $scatter($loose);)*
                $(let ($($column,)+ $($($other,)+)?) = $split($spread);)*
                Model {
                    $($key: $crate::column::Col($key),)+
                    $($field: $crate::column::Col($field),)+
                    $($($maybe: $crate::column::pack($maybe),)+)?
                    $($($part: $crate::column::pack($part),)+)*
                    $($($column: $crate::column::Col($column),)+ $($($other: $crate::column::pack($other),)+)?)*
                }
            }

            fn insertion(rows: &[Self]) -> sea_orm::sea_query::InsertStatement {
                let models = rows.iter().map(|row| $crate::row::to_insert::<Self>(row));
                sea_orm::QueryTrait::into_query(sea_orm::Insert::<ActiveModel>::many(models))
            }

            fn ancestors() -> Vec<$crate::scope::Ancestor<Column>> {
                vec![$($crate::scope::Ancestor::of::<$ancestor>(Column::$naming)$(.with(Column::$shared))?),*]
            }

            fn secrets() -> &'static [&'static str] {
                &[$($secret),*]
            }

            fn bulky() -> &'static [&'static str] {
                &[$($bulky),*]
            }

            fn computed() -> &'static [&'static str] {
                &[$($computed),*]
            }
        }
    };
}
