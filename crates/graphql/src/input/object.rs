//! `input!` declares an input object whose violations say in which field they are, all of them at once.

/// The name of a field on the wire: `source_url` is `sourceUrl`.
pub fn camel(name: &str) -> String {
    camel_chars(name).collect()
}

/// Whether this is the name of a field on the wire.
pub fn is_camel(camel: &str, name: &str) -> bool {
    camel.chars().eq(camel_chars(name))
}

fn camel_chars(name: &str) -> impl Iterator<Item = char> {
    let mut upper = false;
    name.trim_start_matches("r#").chars().filter_map(move |c| {
        let is_first = std::mem::replace(&mut upper, c == '_');
        (c != '_').then(|| if is_first { c.to_ascii_uppercase() } else { c })
    })
}

/// Declares an input object: its sentence and name, and for each field its sentence, name and type. A sentence that is
/// made where it runs may stand before all.
#[macro_export]
macro_rules! input {
    ($(#[doc = $doc:literal])+ $name:ident { $($fields:tt)+ }) => {
        $crate::input! {
            concat!($($doc),+).trim().to_owned(),
            $(#[doc = $doc])+
            $name { $($fields)+ }
        }
    };
    (
        $description:expr,
        $(#[doc = $doc:literal])+
        $name:ident { $($(#[doc = $field_doc:literal])+ $field:ident: $type:ty,)+ }
    ) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug)]
        pub struct $name {
            $($(#[doc = $field_doc])+ pub $field: $type,)+
        }

        impl async_graphql::InputType for $name {
            type RawValueType = Self;

            fn type_name() -> std::borrow::Cow<'static, str> {
                std::borrow::Cow::Borrowed(stringify!($name))
            }

            fn create_type_info(registry: &mut async_graphql::registry::Registry) -> String {
                registry.create_input_type::<Self, _>(async_graphql::registry::MetaTypeId::InputObject, |registry| {
                    let mut fields = async_graphql::indexmap::IndexMap::new();
                    $(
                        let name = $crate::input::camel(stringify!($field));
                        let shown = <$type as async_graphql::InputType>::create_type_info(registry);
                        let mut field = async_graphql::registry::MetaInputValue::new(name.clone(), shown);
                        field.description = Some(concat!($($field_doc),+).trim().to_owned());
                        fields.insert(name, field);
                    )+
                    async_graphql::registry::InputObjectBuilder::new(stringify!($name), fields)
                        .description(Some($description))
                        .rust_typename(std::any::type_name::<Self>())
                        .build()
                })
            }

            fn parse(value: Option<async_graphql::Value>) -> async_graphql::InputValueResult<Self> {
                let Some(async_graphql::Value::Object(mut object)) = value else {
                    return Err(async_graphql::InputValueError::expected_type(value.unwrap_or_default()));
                };
                let mut violations: Vec<storage::Violation> = Vec::new();
                $(
                    let name = $crate::input::camel(stringify!($field));
                    let $field = <$type as async_graphql::InputType>::parse(object.swap_remove(name.as_str()))
                        .map_err(|error| violations.extend($crate::input::at(&name, error)));
                )+
                match ($($field,)+) {
                    ($(Ok($field),)+) => Ok(Self { $($field),+ }),
                    _ => Err($crate::input::fail(&violations)),
                }
            }

            fn to_value(&self) -> async_graphql::Value {
                let mut object = async_graphql::indexmap::IndexMap::new();
                $(
                    let name = async_graphql::Name::new($crate::input::camel(stringify!($field)));
                    object.insert(name, async_graphql::InputType::to_value(&self.$field));
                )+
                async_graphql::Value::Object(object)
            }

            fn as_raw_value(&self) -> Option<&Self> {
                Some(self)
            }
        }

        impl async_graphql::InputObjectType for $name {}
    };
}
