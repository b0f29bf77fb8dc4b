//! The web server, its configuration, and the `reprograph` command.

pub mod auth;
pub mod command;
pub mod database_lock;
pub mod http;
pub mod key_file;
pub mod logging;
pub mod mail;
pub mod progress;
pub mod public_url;
pub mod seams;
pub mod settings;
pub mod tasks;

/// Chooses the one provider of cryptography; without one, whatever speaks TLS panics. Once is enough, twice no harm.
pub fn install_cryptography() {
    // An error says that there is one already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
