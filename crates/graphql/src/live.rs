//! What is followed: for as long as the viewer sees it, and each item as the viewer sees it then.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use async_graphql::Context;
use domain::project::Project;
use domain::{Count, Entity, Id, Leaf, Viewer};
use futures_util::stream::{self, BoxStream, StreamExt};
use storage::Error;
use storage::live::{Begin, Feed, Follow, Standing, follow};

use crate::error::{Failure, Result};
use crate::object::{Shown as Visible, by_id, loader};

/// Where a subscription stands: after which position it begins, where a client goes on with one that broke off, the
/// position of what was answered last, and whether it waits.
#[derive(Clone, Debug, Default)]
pub(crate) struct Place {
    after: Option<i64>,
    last: Arc<AtomicI64>,
    standing: Arc<Standing>,
}

impl Place {
    /// Going on after a position, or where the client says.
    pub(crate) fn after(after: Option<i64>) -> Self {
        Self { after, ..Self::default() }
    }

    /// The position of what was answered last; none where nothing was.
    pub(crate) fn last(&self) -> Option<i64> {
        Some(self.last.load(Ordering::Relaxed)).filter(|last| *last > 0)
    }

    /// The position after which what comes is waited for; none while something is being answered.
    pub(crate) fn waits_after(&self) -> Option<i64> {
        self.standing.waits_after()
    }
}

/// What a subscription answers.
pub type Live<T> = BoxStream<'static, Result<T>>;

/// What is followed, and from where on.
pub struct Following<F> {
    /// The feed.
    pub feed: F,
    /// The project that it is of, and what is missing for those who do not see it.
    pub of: (Option<Id<Project>>, &'static str),
    /// After which position; without one it is what comes from now on.
    pub after: Option<Count>,
}

/// What is to be followed, or a part of it, as the viewer sees it.
pub async fn seen<N: Visible>(ctx: &Context<'_>, id: <N::Entity as Entity>::Id, what: &'static str) -> Result<N> {
    // Whoever waits for what comes holds no room for what was done at the beginning.
    let found = Box::pin(by_id(ctx, Some(id))).await?;
    found.ok_or_else(|| Failure::from(Error::Missing { what }))
}

/// The items of what is followed, each as it is shown to the viewer, if at all. When it is gone, or hidden from the viewer,
/// they are told so, and nothing more comes.
pub async fn followed<F: Feed, T: Send + 'static>(
    ctx: &Context<'_>,
    following: Following<F>,
    show: impl FnMut(&Viewer, F::Item) -> Option<T> + Send + 'static,
) -> Result<Live<T>> {
    let Following { feed, of: (project, what), after } = following;
    let place = ctx.data_opt::<Place>().cloned().unwrap_or_default();
    let after = place.after.or(after.map(|after| after.raw()));
    let begin = Begin { after, standing: Arc::clone(&place.standing) };
    let found = Box::pin(follow(loader(ctx)?.reader(), feed, project, begin)).await?;
    let follow = found.ok_or_else(|| Failure::from(Error::Missing { what }))?;
    let items = Shown { follow, place, what, show };
    Ok(stream::unfold(Some(Box::new(items)), Shown::next).boxed())
}

/// What is followed, with how it is shown.
struct Shown<F: Feed, S> {
    follow: Follow<F>,
    place: Place,
    what: &'static str,
    show: S,
}

impl<F: Feed, S> Shown<F, S> {
    async fn next<T>(shown: Option<Box<Self>>) -> Option<(Result<T>, Option<Box<Self>>)>
    where
        S: FnMut(&Viewer, F::Item) -> Option<T>,
    {
        let mut shown = shown?;
        loop {
            let item = match shown.follow.next().await {
                Ok(Some(item)) => (shown.show)(&shown.follow.viewer(), item),
                Ok(None) => return Some((Err(Failure::from(Error::Missing { what: shown.what })), None)),
                Err(error) => return Some((Err(Failure::from(error)), None)),
            };
            if let Some(item) = item {
                shown.place.last.store(shown.follow.position(), Ordering::Relaxed);
                return Some((Ok(item), Some(shown)));
            }
        }
    }
}
