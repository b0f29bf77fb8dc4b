//! Properties: what holds for every input, tried on many that nobody chose.

mod config_keys;
mod evals;
mod groups;
mod keys;
mod leaves;
mod lists;
mod requirements;
mod runs;
mod text;
mod walk;

use proptest::test_runner::Config;

/// How many inputs are tried: `REPROGRAPH_TEST_SCALE` is the part of the full number, by default a hundredth.
pub(crate) fn config(full: u32) -> Config {
    let scale: f64 = std::env::var("REPROGRAPH_TEST_SCALE").ok().and_then(|scale| scale.parse().ok()).unwrap_or(0.01);
    let cases = (f64::from(full) * scale).clamp(1.0, f64::from(full));
    Config { cases: format!("{cases:.0}").parse().unwrap(), failure_persistence: None, ..Config::default() }
}
