//! Tests that cannot run for want of something: never silently, and never in CI.

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};

static SKIPPED: AtomicUsize = AtomicUsize::new(0);

/// Says on standard error that a test is skipped, why, and how many have been so far.
///
/// # Panics
/// When `CI` is set: there everything is tried.
pub fn skip(why: &str) {
    let count = SKIPPED.fetch_add(1, Ordering::Relaxed) + 1;
    assert!(std::env::var_os("CI").is_none(), "{why}; in CI no test is skipped");
    // `eprintln!` would go where the test harness keeps the output of tests that pass.
    let _ = writeln!(std::io::stderr(), "!!! SKIPPED {count} so far: {why}");
}

/// How many tests were skipped so far.
pub fn skipped() -> usize {
    SKIPPED.load(Ordering::Relaxed)
}
