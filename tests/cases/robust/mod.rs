//! The real program over HTTP and under stress: what must hold however it is used, and however it ends.

mod bad_input;
mod kill;
mod kit;
mod ledger;
mod limits;
mod objects;
mod writers;
