//! The shape of the database, for SQLite and PostgreSQL.
