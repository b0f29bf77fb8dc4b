//! One app on any database in a line, and the cases that are tried on it.
