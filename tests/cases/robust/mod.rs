//! The real program over HTTP and under stress: what must hold however it is used, and however it ends.

mod bad_input;
mod cancel;
mod constraints;
mod doctor;
mod executors;
mod files;
mod hostile;
mod kill;
pub(crate) mod kit;
mod ledger;
mod life;
mod limits;
mod live;
mod objects;
mod proxy;
mod slow;
mod start_up;
mod strangers;
mod uploads;
mod writers;
