//! The schema: objects, inputs, queries and mutations.
