//! What is asked of the server, with types that are generated from `build/schema.graphql`.

use graphql_client::GraphQLQuery;

// How the schema's own scalars are written here.
type BigInt = String;
type DateTime = String;
type Id = String;
type Json = serde_json::Value;
type Real = f64;
type SafeInt = i64;

macro_rules! documents {
    ($($(#[$said:meta])* $name:ident;)*) => {$(
        $(#[$said])*
        #[derive(GraphQLQuery)]
        #[graphql(
            schema_path = "build/schema.graphql",
            query_path = "src/training.graphql",
            normalization = "rust",
            skip_serializing_none,
            response_derives = "Debug",
            variables_derives = "Debug"
        )]
        pub struct $name;
    )*};
}

documents! {
    /// What a plan says.
    Plan;
    /// Begins a run.
    Start;
    /// Logs a batch of points.
    Log;
    /// Ends a run.
    Finish;
}
