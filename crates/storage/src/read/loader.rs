//! The loader: it gathers what one level of a query asks for, and loads it when the query can get no further.
//!
//! Nothing is loaded while the query still runs, and the query does not run while a level is loaded. So the number of
//! statements follows from the query's shape, and from neither time nor the number of rows.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::future::Future;
use std::hash::{BuildHasher, RandomState};
use std::ops::Range;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use futures_util::future::{BoxFuture, FutureExt, join_all};

use super::Load;
use crate::error::Result;
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
    index: Index,
    /// The keys, in the order in which they were asked for first.
    asked: Vec<K>,
    /// What was found under each of them, as far as they were loaded.
    found: Vec<Option<Result<Option<K::Value>>>>,
    /// How many of them are loaded, or being loaded.
    begun: usize,
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
            let place = keys.place(key);
            if let Some(found) = &keys.found[place] {
                return Poll::Ready(found.clone());
            }
            keys.waiting.push(context.waker().clone());
            Poll::Pending
        })
    }

    fn poll_all<K: Load>(&self, wanted: &[K], context: &Context<'_>) -> Poll<Result<Vec<Option<K::Value>>>> {
        self.with(|keys: &mut Keys<K>| {
            let places: Vec<_> = wanted.iter().map(|key| keys.place(key)).collect();
            let found: Option<Result<_>> = places.into_iter().map(|place| keys.found[place].clone()).collect();
            if let Some(found) = found {
                return Poll::Ready(found);
            }
            keys.waiting.push(context.waker().clone());
            Poll::Pending
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
        Self { index: Index::default(), asked: Vec::new(), found: Vec::new(), begun: 0, waiting: Vec::new() }
    }
}

impl<K: Load> Keys<K> {
    /// The place of a key, which is asked for from now on.
    fn place(&mut self, key: &K) -> usize {
        let hash = self.index.hasher.hash_one(key);
        self.index.find(hash, |place| self.asked[place] == *key).unwrap_or_else(|| {
            self.index.add(hash, self.asked.len());
            self.asked.push(key.clone());
            self.found.push(None);
            self.asked.len() - 1
        })
    }
}

/// Where keys stand, without the keys.
#[derive(Default)]
struct Index {
    hasher: RandomState,
    /// The last place of those with this hash.
    last: HashMap<u64, usize>,
    /// The place of the same hash before each.
    before: Vec<Option<usize>>,
}

impl Index {
    /// The place of this hash at which the key stands.
    fn find(&self, hash: u64, is_there: impl Fn(usize) -> bool) -> Option<usize> {
        std::iter::successors(self.last.get(&hash).copied(), |place| self.before[*place]).find(|place| is_there(*place))
    }

    fn add(&mut self, hash: u64, place: usize) {
        self.before.push(self.last.insert(hash, place));
    }
}

impl<K: Load> Shelf for Keys<K> {
    fn begin(&mut self, loader: &Loader) -> Option<BoxFuture<'static, ()>> {
        let begun = std::mem::replace(&mut self.begun, self.asked.len());
        let asked = self.asked[begun..].to_vec();
        if asked.is_empty() {
            return None;
        }
        let (loader, places) = (loader.clone(), begun..self.begun);
        Some(Box::pin(async move {
            let found = K::load(asked, loader.reader()).await;
            let waiting = loader.with(|keys: &mut Keys<K>| {
                keys.fill(places, found);
                std::mem::take(&mut keys.waiting)
            });
            waiting.into_iter().for_each(Waker::wake);
        }))
    }

    fn as_any(&mut self) -> &mut dyn Any {
        self
    }
}

impl<K: Load> Keys<K> {
    /// Keeps what was found under the keys at these places, or why nothing was.
    fn fill(&mut self, places: Range<usize>, found: Result<Vec<Option<K::Value>>>) {
        let places = self.found.iter_mut().take(places.end).skip(places.start);
        match found {
            Ok(found) => places.zip(found).for_each(|(place, found)| *place = Some(Ok(found))),
            Err(error) => places.for_each(|place| *place = Some(Err(error.clone()))),
        }
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
