//! The web server, its configuration and the reprograph command.
