//! Who may do what, tried from outside: every field of the roots by everybody who can ask, over HTTP and with real tokens
//! and keys.

mod matrix;
mod requests;
mod shell;
mod walk;
