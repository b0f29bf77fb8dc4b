//! What each viewer may ask for and write over time, in the memory of this node.

mod answer;
mod bucket;
mod holder;

use std::any::TypeId;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_graphql::{Context, Name, Request, Response, Value};
use domain::{Clock, Viewer};

use crate::account::door::Client;
use crate::error::Failure;
use crate::limits::{Allowance, Asked, Exceeded, Limit, Limits, cost_limit, ingest_limit};
pub(crate) use answer::{values, values_of_json};
use bucket::{Buckets, Short};
use holder::Holder;

/// How many values a field costs that changes something.
pub const CHANGE: u64 = 100;
/// Up to how many values what running work writes, and the renewal of its lease, cost nothing.
pub const FREE: u64 = 500;

/// The limits, and the budgets of all who ask.
pub(crate) struct Budgets {
    limits: Limits,
    cost: Option<Buckets>,
    ingest: Option<Buckets>,
}

impl Budgets {
    /// Budgets by these limits, which come back by this clock.
    pub(crate) fn new(limits: Limits, clock: &Arc<dyn Clock>) -> Self {
        let buckets = |allowance| Buckets::new(allowance, Arc::clone(clock));
        Self { limits, cost: limits.cost.map(buckets), ingest: limits.ingest.map(buckets) }
    }

    /// The limits alone.
    pub(crate) fn without_any() -> Self {
        Self { limits: Limits { cost: None, ingest: None, ..Limits::default() }, cost: None, ingest: None }
    }

    /// The limits.
    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }
}

/// The purse of who asks, for one request.
#[derive(Clone)]
pub(crate) struct Purse(Arc<Held>);

struct Held {
    budgets: Arc<Budgets>,
    /// None for whoever has no limit.
    holder: Option<Holder>,
    asked: Asked,
    /// How much the request wrote of what running work writes.
    ingested: AtomicU64,
}

impl Purse {
    /// The purse of the viewer for a request that asks for this.
    pub(crate) fn new(budgets: &Arc<Budgets>, viewer: &Viewer, request: &Request, asked: Asked) -> Self {
        let client = request.data.get(&TypeId::of::<Client>()).and_then(|client| client.downcast_ref::<Client>());
        let holder = Holder::of(viewer.actor(), client.and_then(|client| client.address));
        Self(Arc::new(Held { budgets: Arc::clone(budgets), holder, asked, ingested: AtomicU64::new(0) }))
    }

    /// The limits by which it was filled.
    pub(crate) fn limits(&self) -> &Limits {
        self.0.budgets.limits()
    }

    /// Takes what the request costs if every page is full.
    pub(crate) fn pay(&self) -> Result<(), Exceeded> {
        let Some((buckets, holder)) = self.cost() else { return Ok(()) };
        let short = |short| refusal(cost_limit(buckets.allowance()), self.requested(), short);
        buckets.take(holder, self.requested()).map_err(short)
    }

    /// Settles what the one answer cost, and says in it what was asked for, what there was, and what is left.
    pub(crate) fn settle(&self, response: &mut Response) {
        let (requested, actual) = (self.requested(), self.of(values(&response.data)));
        let mut cost = vec![("requested", requested.into()), ("actual", actual.into())];
        if let Some((buckets, holder)) = self.cost() {
            cost.extend(said(buckets.settle(holder, requested, actual), buckets.allowance()));
        }
        let ingested = self.0.ingested.load(Ordering::Relaxed);
        if ingested > 0 {
            let mut ingest = vec![("actual", ingested.into())];
            ingest.extend(self.ingest().into_iter().flat_map(|(of, holder)| said(of.left(holder), of.allowance())));
            cost.push(("ingest", object(ingest)));
        }
        response.extensions.insert("cost".to_owned(), object(cost));
    }

    /// Gives back what was taken, since each answer of what is followed is paid for when it comes.
    pub(crate) fn pay_later(&self) {
        if let Some((buckets, holder)) = self.cost() {
            buckets.settle(holder, self.requested(), 0);
        }
    }

    /// Says in an answer of what is followed what it costs each to whom it is sent; answers that as well.
    pub(crate) fn price(&self, response: &mut Response) -> u64 {
        let actual = self.of(values(&response.data));
        let cost = vec![("requested", self.requested().into()), ("actual", actual.into())];
        response.extensions.insert("cost".to_owned(), object(cost));
        actual
    }

    /// Takes what an answer of what is followed cost, as far as there is so much.
    pub(crate) fn spend(&self, cost: u64) {
        if let Some((buckets, holder)) = self.cost() {
            buckets.settle(holder, 0, cost);
        }
    }

    /// Takes so many points and events.
    fn ingest_so_many(&self, amount: u64) -> Result<(), Exceeded> {
        if let Some((buckets, holder)) = self.ingest() {
            let short = |short| refusal(ingest_limit(buckets.allowance()), amount, short);
            buckets.take(holder, amount).map_err(short)?;
        }
        self.0.ingested.fetch_add(amount, Ordering::Relaxed);
        Ok(())
    }

    /// How much is left of both budgets; none of what is not limited.
    pub(crate) fn left(&self) -> (Option<u64>, Option<u64>) {
        let left = |(buckets, holder): (&Buckets, Holder)| buckets.left(holder);
        (self.cost().map(left), self.ingest().map(left))
    }

    fn cost(&self) -> Option<(&Buckets, Holder)> {
        self.0.budgets.cost.as_ref().zip(self.0.holder)
    }

    fn ingest(&self) -> Option<(&Buckets, Holder)> {
        self.0.budgets.ingest.as_ref().zip(self.0.holder)
    }

    /// Whether it is what running work writes, or the renewal of its lease, and reads hardly anything.
    fn is_free(&self) -> bool {
        self.0.asked.only_works && self.0.asked.values <= FREE
    }

    fn requested(&self) -> u64 {
        self.of(self.0.asked.values)
    }

    /// What an answer with so many values costs.
    fn of(&self, values: u64) -> u64 {
        if self.is_free() { 0 } else { values.saturating_add(self.0.asked.changes.saturating_mul(CHANGE)) }
    }
}

/// Takes so many points and events from what the viewer may write.
pub(crate) fn ingest(ctx: &Context<'_>, amount: usize) -> Result<(), Failure> {
    Ok(purse(ctx)?.ingest_so_many(u64::try_from(amount).unwrap_or(u64::MAX))?)
}

/// The purse of the request.
pub(crate) fn purse<'a>(ctx: &Context<'a>) -> Result<&'a Purse, Failure> {
    ctx.data::<Purse>().map_err(|_| Failure::from(storage::Error::internal("the request has no purse")))
}

/// What is left, of how much, and how fast it comes back.
fn said(left: u64, of: Allowance) -> [(&'static str, Value); 3] {
    [("available", left.into()), ("maximum", of.at_once.into()), ("restoreRate", of.per_second.into())]
}

fn object(members: Vec<(&'static str, Value)>) -> Value {
    Value::Object(members.into_iter().map(|(name, value)| (Name::new(name), value)).collect())
}

/// The refusal of so much, where there is less.
fn refusal(limit: Limit, asked: u64, short: Short) -> Exceeded {
    match short.pause {
        Some(pause) => Limit { allowed: short.left, ..limit }.exceeded(Some(asked)).until(pause),
        None => limit.exceeded(Some(asked)),
    }
}
