//! The loader: it gathers what one level of a query asks for, and loads it when the query can get no further.
//!
//! Nothing is loaded while the query still runs, and the query does not run while a level is loaded. So the number of
//! statements follows from the query's shape, and from neither time nor the number of rows.

use std::any::{Any, TypeId};
use std::collections::{HashMap, HashSet};
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use futures_util::future::{BoxFuture, FutureExt, join_all};

use super::Load;
use crate::error::{Error, Result};
use crate::reader::Reader;

/// Gathers keys, and keeps what was found for the rest of the request.
#[derive(Clone)]
pub struct Loader(Arc<Parts>);

struct Parts {
    reader: Reader,
    shelves: Mutex<HashMap<TypeId, Box<dyn Shelf>>>,
}

/// What is asked for, and what was found, under keys of one type.
struct Keys<K: Load> {
    asked: HashSet<K>,
    found: HashMap<K, Result<Option<K::Value>>>,
    waiting: Vec<Waker>,
}

/// The keys of one type, without the type.
trait Shelf: Send {
    /// Begins to load what was asked for; none where nothing was.
    fn begin(&mut self, loader: &Loader) -> Option<BoxFuture<'static, ()>>;
    fn as_any(&mut self) -> &mut dyn Any;
}

impl Loader {
    /// A loader for one request.
    pub fn new(reader: Reader) -> Self {
        Self(Arc::new(Parts { reader, shelves: Mutex::default() }))
    }

    /// The request's way to the database.
    pub fn reader(&self) -> &Reader {
        &self.0.reader
    }

    /// What is under this key, loaded together with all that its level asks for.
    pub async fn load<K: Load>(&self, key: K) -> Result<Option<K::Value>> {
        std::future::poll_fn(|context| self.poll(&key, context)).await
    }

    /// What is under each of these keys, loaded together with all that their level asks for.
    pub async fn load_all<K: Load>(&self, keys: Vec<K>) -> Result<Vec<Option<K::Value>>> {
        std::future::poll_fn(|context| self.poll_all(&keys, context)).await
    }

    /// Forgets what was found, after a write.
    pub fn clear(&self) {
        self.shelves().clear();
    }

    fn poll<K: Load>(&self, key: &K, context: &Context<'_>) -> Poll<Result<Option<K::Value>>> {
        self.with(|keys: &mut Keys<K>| {
            if let Some(found) = keys.found.get(key) {
                return Poll::Ready(found.clone());
            }
            keys.asked.insert(key.clone());
            keys.waiting.push(context.waker().clone());
            Poll::Pending
        })
    }

    fn poll_all<K: Load>(&self, wanted: &[K], context: &Context<'_>) -> Poll<Result<Vec<Option<K::Value>>>> {
        self.with(|keys: &mut Keys<K>| {
            if !wanted.iter().all(|key| keys.found.contains_key(key)) {
                keys.asked.extend(wanted.iter().filter(|key| !keys.found.contains_key(key)).cloned());
                keys.waiting.push(context.waker().clone());
                return Poll::Pending;
            }
            Poll::Ready(wanted.iter().filter_map(|key| keys.found.get(key)).cloned().collect())
        })
    }

    fn with<K: Load, T>(&self, work: impl FnOnce(&mut Keys<K>) -> T) -> T {
        let mut shelves = self.shelves();
        let own = shelves.entry(TypeId::of::<K>()).or_insert_with(|| Box::new(Keys::<K>::default()));
        match own.as_any().downcast_mut() {
            Some(keys) => work(keys),
            None => unreachable!("a shelf is kept under the type of its keys"),
        }
    }

    fn shelves(&self) -> MutexGuard<'_, HashMap<TypeId, Box<dyn Shelf>>> {
        self.0.shelves.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Loads all that was asked for; none where nothing was.
    fn begin(&self) -> Option<BoxFuture<'static, ()>> {
        let batches: Vec<_> = self.shelves().values_mut().filter_map(|shelf| shelf.begin(self)).collect();
        if batches.is_empty() { None } else { Some(Box::pin(join_all(batches).map(drop))) }
    }
}

impl<K: Load> Default for Keys<K> {
    fn default() -> Self {
        Self { asked: HashSet::new(), found: HashMap::new(), waiting: Vec::new() }
    }
}

impl<K: Load> Shelf for Keys<K> {
    fn begin(&mut self, loader: &Loader) -> Option<BoxFuture<'static, ()>> {
        if self.asked.is_empty() {
            return None;
        }
        let asked: Vec<K> = self.asked.drain().collect();
        let loader = loader.clone();
        Some(Box::pin(async move {
            let found = K::load(asked.clone(), loader.reader()).await;
            let waiting = loader.with(|keys: &mut Keys<K>| {
                keys.found.extend(answers(asked, found));
                std::mem::take(&mut keys.waiting)
            });
            waiting.into_iter().for_each(Waker::wake);
        }))
    }

    fn as_any(&mut self) -> &mut dyn Any {
        self
    }
}

/// An answer for each key that was asked for.
fn answers<K: Load>(asked: Vec<K>, found: Result<HashMap<K, K::Value>>) -> Vec<(K, Result<Option<K::Value>>)> {
    match found {
        Ok(mut found) => asked
            .into_iter()
            .map(|key| {
                let value = found.remove(&key);
                (key, Ok(value))
            })
            .collect(),
        Err(error) => asked.into_iter().map(|key| (key, Err::<_, Error>(error.clone()))).collect(),
    }
}

/// Runs a query level by level: until it can get no further, then its loads, and again.
pub struct Level<F> {
    query: Pin<Box<F>>,
    loader: Loader,
    loading: Option<BoxFuture<'static, ()>>,
}

impl<F: Future> Level<F> {
    /// The query, and the loader that it asks.
    pub fn new(loader: Loader, query: F) -> Self {
        Self { query: Box::pin(query), loader, loading: None }
    }

    /// Polls the query until it is done or can get no further by itself.
    fn advance(&mut self, outer: &Waker) -> Poll<F::Output> {
        loop {
            let woken = Arc::new(Woken { outer: outer.clone(), woken: AtomicBool::new(false) });
            let waker = Waker::from(Arc::clone(&woken));
            let polled = self.query.as_mut().poll(&mut Context::from_waker(&waker));
            if polled.is_ready() || !woken.woken.load(Ordering::Acquire) {
                return polled;
            }
        }
    }
}

impl<F: Future> Future for Level<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        loop {
            if let Some(loading) = &mut self.loading {
                if loading.as_mut().poll(context).is_pending() {
                    return Poll::Pending;
                }
                self.loading = None;
            }
            if let Poll::Ready(output) = self.advance(context.waker()) {
                return Poll::Ready(output);
            }
            self.loading = self.loader.begin();
            if self.loading.is_none() {
                return Poll::Pending;
            }
        }
    }
}

/// Remembers whether the query was woken while it ran, which means that it can get further.
struct Woken {
    outer: Waker,
    woken: AtomicBool,
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.woken.store(true, Ordering::Release);
        self.outer.wake_by_ref();
    }
}
