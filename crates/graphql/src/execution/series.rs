//! The series of runs, and their points as columns.

use std::sync::Arc;

use domain::execution::{Reading, RunSeries as Entity};
use domain::{Count, Invalid, Leaf, Timestamp};
use storage::execution::curve::{Curve, OfSeries, Points, Sample, Steps};
use storage::execution::moment::Moment;
use storage::execution::run_series::{Column, SeriesOfRun};

use super::Run;
use crate::direct::{Asked, Branch, Cell, Of, loaded};
use crate::input::{Argument, Items};
use crate::limits::{MAX_POINTS, MAX_SAMPLE};
use crate::plain;
use crate::prelude::*;
use crate::scalar::Real;

object! {
    /// A metric of a run, on a split or on none, with what its points come to.
    RunSeries: Entity, RunSeriesFilter by Column, logged {
        /// Its number within the run, from 1.
        number: SafeInt = whole, filter Number: Parsed<Count>;
        /// What is measured.
        metric: String = text, filter Metric: Parsed<String>;
        /// On which part of the data.
        split: Option<String> = maybe(text), filter Split: Parsed<String>;
        /// How many points there are.
        count: SafeInt = whole, filter Count: Parsed<Count>;
        /// The least step.
        first_step: Option<SafeInt> = maybe(whole), filter FirstStep: Parsed<Count>;
        /// The greatest step.
        last_step: Option<SafeInt> = maybe(whole), filter LastStep: Parsed<Count>;
        /// The least finite value.
        min: Option<f64> = maybe(real), filter Min: Parsed<domain::Real>;
        /// The greatest finite value.
        max: Option<f64> = maybe(real), filter Max: Parsed<domain::Real>;
        /// How many values are not finite.
        non_finite_count: SafeInt = whole, filter NonFiniteCount: Parsed<Count>;
        /// The least step whose value is not finite.
        first_non_finite_step: Option<SafeInt> = maybe(whole), filter FirstNonFiniteStep: Parsed<Count>;
        /// When it was last written.
        updated_at: DateTime = time, filter UpdatedAt: Parsed<Timestamp>;
        hidden project_id, run_id, first, last, terminal_value;
    }
    parents {
        /// The run.
        run: Run, SeriesOfRun, |series| Some(series.run_id);
    }
    derived {
        /// The value at the least step.
        first: Option<Real> = |series| series.first.map(Real), cells ["first", "first_special"] => reading;
        /// The terminal value, or else the value at the greatest step. A filter sees it where it is finite.
        last: Option<Real> = |series| series.last.map(Real), cells ["last", "last_special"] => reading;
        /// What it came to in the end, where that was said beside its points.
        terminal_value: Option<Real> = |series| series.terminal_value.map(Real),
            cells ["terminal_value", "terminal_special"] => reading;
    }
    laid {
        points = lay_points;
    }
    filter {
        /// The terminal value, or else the value at the greatest step, where it is finite.
        last: Parsed<domain::Real>, Last;
    }
    methods {
        /// Its points, in the order of their steps.
        async fn points(
            &self,
            ctx: &Context<'_>,
            #[graphql(desc = "Only those at this step or later.")] from_step: Argument<Option<Parsed<Count>>>,
            #[graphql(desc = "Only those at this step or earlier.")] to_step: Argument<Option<Parsed<Count>>>,
            #[graphql(desc = "How many from the beginning: 1 to 100000, by default 1000.")] first: Argument<Option<i32>>,
            #[graphql(desc = "Only those after this step, which is the `endStep` of the page before.")]
            after: Argument<Option<Parsed<Count>>>,
        ) -> Result<SeriesPoints> {
            let page = page((from_step.get("fromStep")?, to_step.get("toStep")?), first.get("first")?, after.get("after")?)?;
            Ok(SeriesPoints::new(loader(ctx)?.load(page.of(OfSeries::new(&self.0))).await?))
        }

        /// Some of its points, which have its shape: the first and the last, and of each of many equal stretches of steps the
        /// least, the greatest, and the first that is not finite. All of them where they are no more than that.
        async fn sample(
            &self,
            ctx: &Context<'_>,
            #[graphql(desc = "How many at most: 10 to 10000, by default 1000.")] max_points: Argument<Option<i32>>,
            #[graphql(desc = "Only those at this step or later.")] from_step: Argument<Option<Parsed<Count>>>,
            #[graphql(desc = "Only those at this step or earlier.")] to_step: Argument<Option<Parsed<Count>>>,
        ) -> Result<SeriesPoints> {
            let most = within(max_points.get("maxPoints")?.unwrap_or(1000), (10, MAX_SAMPLE), "maxPoints")?;
            let (from, to) = (from_step.get("fromStep")?, to_step.get("toStep")?);
            let steps = Steps::new(from.map(|step| step.0), to.map(|step| step.0));
            let curve = match Sample::try_new(&self.0, steps, most) {
                Some(sample) => loader(ctx)?.load(sample).await?,
                None => loader(ctx)?.load(Points { of: OfSeries::new(&self.0), steps, size: most }).await?,
            };
            Ok(SeriesPoints::new(curve))
        }
    }
}

/// A reading whose value and what it is where that is not finite stand in two columns.
fn reading(cell: &Cell<'_>) -> storage::Result<Option<Real>> {
    Ok(Reading::from_columns(cell.held_at(0)?, cell.held_at(1)?)?.map(Real))
}

/// An argument within its limits.
fn within(given: i32, (least, most): (u32, u64), name: &str) -> Result<u32> {
    let refused = || Failure::refused(&[name], &Invalid::new("range", format!("must be from {least} to {most}")));
    let given = u32::try_from(given).map_err(|_| refused())?;
    if given >= least && u64::from(given) <= most { Ok(given) } else { Err(refused()) }
}

/// A page of the points of any series.
#[derive(Clone, Copy)]
struct Page {
    steps: Steps,
    size: u32,
}

impl Page {
    fn of(self, of: OfSeries) -> Points {
        Points { of, steps: self.steps, size: self.size }
    }
}

type Step = Option<Parsed<Count>>;

/// The page that is asked for by the steps from and to which it goes, its size, and the step that it comes after.
fn page((from, to): (Step, Step), first: Option<i32>, after: Step) -> Result<Page> {
    let after = after.map(|step| step.0.plus(Count::of(1)));
    let from = from.map(|step| step.0).into_iter().chain(after).reduce(|a, b| if b.get() > a.get() { b } else { a });
    let size = within(first.unwrap_or(1000), (1, MAX_POINTS), "first")?;
    Ok(Page { steps: Steps::new(from, to.map(|step| step.0)), size })
}

/// How the points of series are laid out.
fn lay_points(asked: &Asked<'_>) -> Option<Box<dyn Branch<Entity>>> {
    let steps = (asked.argument("fromStep")?, asked.argument("toStep")?);
    let page = page(steps, asked.argument("first")?, asked.argument("after")?).ok()?;
    let of =
        Of::columns(OfSeries::new, &["run_id", "number"], |cell| Ok(OfSeries::nth(cell.held_at(0)?, cell.held_at(1)?)));
    loaded::<_, _, _, SeriesPoints>(asked, of, move |of| page.of(of))
}

plain! {
    /// Points of a series, as columns of equal length, in the order of their steps.
    SeriesPoints of Curve {
        /// The steps.
        steps: Items<Count> = |curve| Items(curve.steps.clone());
        /// The value at each.
        values: Items<Reading> = |curve| Items(curve.values.clone());
        /// The simulation's time at each; null where none was given.
        times: Items<Option<domain::Real>> = |curve| Items(curve.times.clone());
        /// When each was measured.
        timestamps: Items<Timestamp> = |curve| Items(curve.timestamps.clone());
        /// Whether there are more after these.
        has_next_page: bool = |curve| curve.more;
        /// The last step of these.
        end_step: Option<SafeInt> = |curve| curve.steps.last().map(whole);
    }
}

impl SeriesPoints {
    fn new(curve: Option<Arc<Curve>>) -> Self {
        Self(curve.unwrap_or_default())
    }
}

/// What a series was at a step.
pub struct SeriesValue(pub Moment);

/// What a series was at a step.
#[async_graphql::Object]
impl SeriesValue {
    /// The series.
    async fn series(&self) -> RunSeries {
        RunSeries::new(Arc::clone(&self.0.series))
    }

    /// The value.
    async fn value(&self) -> Real {
        Real(self.0.value)
    }

    /// The simulation's time.
    async fn t(&self) -> Option<f64> {
        self.0.t.map(|t| t.raw())
    }

    /// When it was measured.
    async fn ts(&self) -> DateTime {
        DateTime(self.0.ts)
    }
}
