//! What is followed: for as long as the viewer sees it, and each item as the viewer sees it then.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use async_graphql::Context;
use domain::project::Project;
use domain::{Count, Id, Leaf};
use futures_util::stream::{self, BoxStream, StreamExt};
use storage::Error;
use storage::live::{Feed, Follow, follow};

use crate::error::{Failure, Result};
use crate::object::loader;

/// Where a subscription stands: after which position it begins, where a client goes on with one that broke off, and the
/// position of what was answered last.
#[derive(Clone, Debug, Default)]
pub struct Place {
    after: Option<i64>,
    last: Arc<AtomicI64>,
}

impl Place {
    /// Going on after a position.
    pub fn after(position: i64) -> Self {
        Self { after: Some(position), last: Arc::default() }
    }

    /// The position of what was answered last; none where nothing was.
    pub fn last(&self) -> Option<i64> {
        Some(self.last.load(Ordering::Relaxed)).filter(|last| *last > 0)
    }
}

/// What a subscription answers.
pub type Live<T> = BoxStream<'static, Result<T>>;

/// The items of a feed of a project that the viewer sees, after a position or from now on, each shown by a function.
pub async fn followed<F: Feed, T: Send + 'static>(
    ctx: &Context<'_>,
    feed: F,
    (project, what): (Id<Project>, &'static str),
    after: Option<Count>,
    show: fn(F::Item) -> T,
) -> Result<Live<T>> {
    let place = ctx.data_opt::<Place>().cloned().unwrap_or_default();
    let after = place.after.or(after.map(|after| after.raw()));
    let found = follow(loader(ctx)?.reader(), feed, project, after).await?;
    let follow = found.ok_or_else(|| Failure::from(Error::Missing { what }))?;
    let next = move |follow: Option<Follow<F>>| {
        let last = Arc::clone(&place.last);
        async move {
            let mut follow = follow?;
            match follow.next().await {
                Ok(item) => {
                    last.store(follow.position(), Ordering::Relaxed);
                    item.map(|item| (Ok(show(item)), Some(follow)))
                }
                Err(error) => Some((Err(Failure::from(error)), None)),
            }
        }
    };
    Ok(stream::unfold(Some(follow), next).boxed())
}
