//! What Reprograph knows, as types: no I/O, no SQL, no GraphQL, no clock and no randomness of its own.
