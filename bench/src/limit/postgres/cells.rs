//! Parameters and cells of PostgreSQL, in its binary form.

use std::error::Error;

use bytes::{BufMut, BytesMut};
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::limit::json::Out;
use crate::limit::shape::{Cell, Cells};

/// A parameter, as PostgreSQL reads it.
#[derive(Clone, Debug)]
pub struct Bound(Vec<u8>);

impl Bound {
    pub fn text(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }

    pub fn uuid(uuid: u128) -> Self {
        Self(uuid.to_be_bytes().to_vec())
    }

    pub fn whole(whole: i64) -> Self {
        Self(whole.to_be_bytes().to_vec())
    }

    pub fn uuids(uuids: &[u128]) -> Self {
        Self::array(2950, uuids.iter().map(|uuid| uuid.to_be_bytes()))
    }

    pub fn wholes(wholes: impl ExactSizeIterator<Item = i64>) -> Self {
        Self::array(20, wholes.map(i64::to_be_bytes))
    }

    pub fn reals(reals: impl ExactSizeIterator<Item = f64>) -> Self {
        Self::array(701, reals.map(f64::to_be_bytes))
    }

    pub fn times(times: impl ExactSizeIterator<Item = i64>) -> Self {
        Self::array(1184, times.map(i64::to_be_bytes))
    }

    pub fn texts<'a>(texts: impl ExactSizeIterator<Item = &'a str>) -> Self {
        Self::array(25, texts)
    }

    /// Texts that are JSON; before each stands the version of jsonb.
    pub fn jsons<'a>(jsons: impl ExactSizeIterator<Item = &'a str>) -> Self {
        Self::array(3802, jsons.map(|json| [b"\x01", json.as_bytes()].concat()))
    }

    pub fn json(json: &str) -> Self {
        Self([b"\x01", json.as_bytes()].concat())
    }

    /// An array without nulls of a type that is known by its number.
    fn array(of: u32, items: impl ExactSizeIterator<Item = impl AsRef<[u8]>>) -> Self {
        let count = i32::try_from(items.len()).expect("not so many");
        let mut bytes = Vec::with_capacity(20 + items.len() * 20);
        // Dimensions, and whether there are nulls; how many items, and the number of the first.
        bytes.put_i32(i32::from(count > 0));
        bytes.put_i32(0);
        bytes.put_u32(of);
        if count > 0 {
            bytes.put_i32(count);
            bytes.put_i32(1);
        }
        for item in items {
            let item = item.as_ref();
            bytes.put_i32(i32::try_from(item.len()).expect("a small item"));
            bytes.put_slice(item);
        }
        Self(bytes)
    }
}

impl ToSql for Bound {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        out.put_slice(&self.0);
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// A cell, as PostgreSQL wrote it.
pub struct Raw<'a>(pub &'a [u8]);

impl<'a> FromSql<'a> for Raw<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(raw))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// The bytes of a cell that is not null.
pub fn raw(row: &Row, column: usize) -> Option<&[u8]> {
    row.get::<_, Option<Raw<'_>>>(column).map(|raw| raw.0)
}

pub fn whole(row: &Row, column: usize) -> i64 {
    raw(row, column).map(eight).map_or(0, i64::from_be_bytes)
}

pub fn real(row: &Row, column: usize) -> f64 {
    raw(row, column).map(eight).map_or(f64::NAN, f64::from_be_bytes)
}

pub fn text(row: &Row, column: usize) -> &str {
    raw(row, column).and_then(|raw| std::str::from_utf8(raw).ok()).unwrap_or_default()
}

pub fn uuid(row: &Row, column: usize) -> u128 {
    raw(row, column).and_then(|raw| raw.try_into().ok()).map_or(0, u128::from_be_bytes)
}

fn eight(raw: &[u8]) -> [u8; 8] {
    raw.try_into().expect("eight bytes")
}

/// The items of an array.
pub fn items(mut array: &[u8]) -> impl Iterator<Item = Option<&[u8]>> {
    array = array.get(20..).unwrap_or_default();
    std::iter::from_fn(move || {
        let (length, rest) = array.split_first_chunk::<4>()?;
        let Ok(length) = usize::try_from(i32::from_be_bytes(*length)) else {
            array = rest;
            return Some(None);
        };
        let (item, rest) = rest.split_at(length);
        array = rest;
        Some(Some(item))
    })
}

pub fn write_whole(raw: &[u8], out: &mut Out) {
    out.value(&i64::from_be_bytes(eight(raw)));
}

pub fn write_real(raw: &[u8], out: &mut Out) {
    out.value(&f64::from_be_bytes(eight(raw)));
}

impl Cells for Row {
    fn write(&self, column: usize, cell: Cell, out: &mut Out) {
        let Some(raw) = raw(self, column) else {
            let special = if let Cell::Reading(behind) = cell { raw(self, column + behind) } else { None };
            return match special {
                Some(special) => out.text(special),
                None => out.raw(b"null"),
            };
        };
        match cell {
            Cell::Id(prefix) => out.id(prefix, u128::from_be_bytes(raw.try_into().expect("a UUID"))),
            Cell::Text => out.text(raw),
            Cell::Time => out.time(i64::from_be_bytes(eight(raw))),
            Cell::Whole => write_whole(raw, out),
            Cell::Big => {
                out.raw(b"\"");
                write_whole(raw, out);
                out.raw(b"\"");
            }
            Cell::Real | Cell::Reading(_) => write_real(raw, out),
            // Before the text of jsonb stands its version.
            Cell::Json => out.raw(&raw[1..]),
        }
    }
}
