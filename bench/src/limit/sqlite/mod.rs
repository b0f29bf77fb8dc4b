//! The limit on SQLite: a connection for each thread that answers, which reads where it stands.

mod read;
mod sql;
mod write;

use std::cell::RefCell;
use std::sync::{Arc, Mutex};

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Row};

use super::Asked;
use super::json::Out;
use super::shape::{Cell, Cells};
use crate::read::Read;

/// The limit on SQLite.
#[derive(Clone)]
pub(super) struct Sqlite(Arc<Inner>);

struct Inner {
    path: String,
    writer: Mutex<Connection>,
}

thread_local! {
    /// The connection of this thread.
    static OPEN: RefCell<Option<Connection>> = const { RefCell::new(None) };
}

impl Sqlite {
    /// The database at this address.
    pub(super) fn open(url: &str) -> Self {
        let path = url.trim_start_matches("sqlite://").to_owned();
        let writer = Connection::open(&path).expect("the database opens");
        writer
            .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON")
            .expect("settings");
        writer.set_prepared_statement_cache_capacity(32);
        Self(Arc::new(Inner { path, writer: Mutex::new(writer) }))
    }

    fn writer(&self) -> &Mutex<Connection> {
        &self.0.writer
    }

    /// The answer; none for whoever is not let in.
    pub(super) fn read(&self, read: Read, asked: &Asked) -> Option<Out> {
        OPEN.with_borrow_mut(|open| {
            let connection = open.get_or_insert_with(|| self.reader());
            read::answer(connection, read, asked)
        })
    }

    fn reader(&self) -> Connection {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.0.path, flags).expect("the database opens");
        connection.execute_batch("PRAGMA mmap_size = 1073741824; PRAGMA cache_size = -65536").expect("settings");
        connection.set_prepared_statement_cache_capacity(32);
        connection
    }
}

impl Cells for Row<'_> {
    fn write(&self, column: usize, cell: Cell, out: &mut Out) {
        match (cell, self.get_ref(column).expect("a column")) {
            (Cell::Reading(behind), ValueRef::Null) => self.write(column + behind, Cell::Text, out),
            (_, ValueRef::Null) => out.raw(b"null"),
            (Cell::Id(prefix), ValueRef::Blob(id)) => out.id(prefix, number(id)),
            (Cell::Big, ValueRef::Integer(whole)) => {
                out.raw(b"\"");
                out.value(&whole);
                out.raw(b"\"");
            }
            (_, ValueRef::Integer(whole)) => out.value(&whole),
            (_, ValueRef::Real(real)) => out.value(&real),
            (Cell::Json, ValueRef::Text(json)) => out.raw(json),
            (_, ValueRef::Text(text) | ValueRef::Blob(text)) => out.text(text),
        }
    }
}

fn number(id: &[u8]) -> u128 {
    id.try_into().map_or(0, u128::from_be_bytes)
}
