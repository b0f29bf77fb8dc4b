//! How far long work has come: a line on standard error while that is a terminal, and nothing anywhere else.

use std::io::{self, Write};
use std::sync::LazyLock;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

/// All lines that are drawn now.
static LINES: LazyLock<MultiProgress> = LazyLock::new(MultiProgress::new);

/// How often a line is drawn that nothing else moves.
const BEAT: Duration = Duration::from_millis(200);

/// A line that tells how far some work has come. It goes when the work is done.
#[derive(Debug)]
pub struct Progress(ProgressBar);

impl Progress {
    /// Work of so many parts.
    pub fn of(what: &'static str, parts: u64) -> Self {
        Self::drawn(ProgressBar::new(parts), "{msg} [{bar:30}] {pos} of {len}, {elapsed}", what)
    }

    /// Work of which nobody knows how much it is.
    pub fn unmeasured(what: &'static str) -> Self {
        Self::drawn(ProgressBar::no_length(), "{msg} {spinner} {human_pos} so far, {elapsed}", what)
    }

    fn drawn(line: ProgressBar, form: &str, what: &'static str) -> Self {
        let line = LINES.add(line.with_message(what));
        // The forms are those above, and hold; else the line is indicatif's own.
        if let Ok(style) = ProgressStyle::with_template(form) {
            line.set_style(style.progress_chars("=> ").tick_chars("|/-\\ "));
        }
        line.enable_steady_tick(BEAT);
        Self(line)
    }

    /// Tells that so many parts are done.
    pub fn at(&self, done: u64) {
        self.0.set_position(done);
    }

    /// Tells that one more part is done.
    pub fn step(&self) {
        self.0.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
        LINES.remove(&self.0);
    }
}

/// Standard error for those who write lines while some are drawn: those step aside.
#[derive(Clone, Copy, Debug, Default)]
pub struct Beside;

impl Write for Beside {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LINES.suspend(|| io::stderr().write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
