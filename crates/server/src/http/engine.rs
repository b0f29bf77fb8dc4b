//! Joins the shell with the crate that executes GraphQL.
