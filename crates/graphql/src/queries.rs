//! `queries!` declares the roots of an entity: the object of an id, and the list of all that the viewer sees.

/// Declares queries: for each entity the object of an id and the list of all that the viewer sees, and whatever methods
/// there are beside.
#[macro_export]
macro_rules! queries {
    (
        $(#[doc = $doc:literal])+
        $name:ident {
            $(one $one:ident: $one_type:ident, $one_doc:literal;)*
            $(many $many:ident: $many_type:ident $(, or $other:ident: $other_type:ty)?, $many_doc:literal;)*
        }
        $(methods { $($methods:tt)* })?
    ) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Default)]
        pub struct $name;

        $(#[doc = $doc])+
        #[async_graphql::Object]
        impl $name {
            $(
                #[doc = $one_doc]
                async fn $one(
                    &self,
                    ctx: &async_graphql::Context<'_>,
                    #[graphql(desc = "Its id.")]
                    id: $crate::input::Argument<$crate::input::GlobalId<<$one_type as $crate::object::Shown>::Entity>>,
                ) -> Option<$crate::object::Found<$one_type>> {
                    match id.get("id") {
                        Ok(id) => $crate::object::by_id(ctx, Some(id.0)).await.map($crate::direct::direct).transpose(),
                        Err(failure) => Some(Err(failure)),
                    }
                }
            )*

            $(
                #[doc = $many_doc]
                #[expect(clippy::too_many_arguments, reason = "they are the arguments of the field")]
                async fn $many(
                    &self,
                    #[graphql(desc = "How many from the beginning: 1 to 200, by default 20.")] first: $crate::input::Argument<Option<i32>>,
                    #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
                    #[graphql(desc = "How many from the end: 1 to 200.")] last: $crate::input::Argument<Option<i32>>,
                    #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
                    #[graphql(desc = "Only what passes this.")]
                    filter: $crate::input::Argument<Option<$crate::object::FilterOf<$many_type>>>,
                    #[graphql(desc = "The order; cursors belong to it.")]
                    order_by: $crate::input::Argument<Option<$crate::order::Ordering<<$many_type as $crate::object::Shown>::Entity>>>,
                    $(
                        #[graphql(desc = "Another order, in place of `orderBy`.")]
                        $other: $crate::input::Argument<Option<$other_type>>,
                    )?
                ) -> $crate::object::Found<$crate::connection::Listed<$many_type>> {
                    let (first, last) = (first.get("first")?, last.get("last")?);
                    let page = $crate::paging::PageArgs { first, after, last, before };
                    let order = order_by.get("orderBy")?;
                    $(let order = $crate::either_order!(order, $other)?;)?
                    Ok($crate::connection::list(page.window(filter.get("filter")?, order)?))
                }
            )*

            $($($methods)*)?
        }
    };
}
