//! Readers of PostgreSQL: each login role sees the rows that the server shows its user, and nothing of any other.

mod canary;
mod command;
mod difference;
mod plan;
mod world;
