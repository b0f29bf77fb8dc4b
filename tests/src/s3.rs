//! A fake of an S3-compatible object store on loopback, which keeps objects in files and can be told to misbehave.

mod answers;
mod objects;
mod requests;
mod trouble;

use std::sync::{Arc, Mutex, MutexGuard};

use axum::http::{HeaderMap, Method};
use bytes::Bytes;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use self::objects::{Content, Objects};
pub use self::trouble::Trouble;
use crate::folder::Folder;

/// The only bucket there is.
pub const BUCKET: &str = "reprograph";
/// The key's name that a request must be signed with. The signature itself is not checked.
pub const ACCESS_KEY: &str = "test-access-key";
/// Any secret will do.
pub const SECRET_KEY: &str = "test-secret-key";
/// Any region will do.
pub const REGION: &str = "eu-test-1";

/// The store. It stops when it is dropped, and its files go.
#[derive(Debug)]
pub struct S3 {
    endpoint: String,
    state: Arc<State>,
    server: JoinHandle<()>,
}

/// What the handlers share.
#[derive(Debug)]
struct State {
    objects: Mutex<Objects>,
    troubles: Mutex<Vec<(Option<Method>, Trouble)>>,
    requests: Mutex<Vec<String>>,
    folder: Folder,
}

impl S3 {
    /// Starts an empty store on a free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let endpoint = format!("http://{}", listener.local_addr().expect("it is bound"));
        let state = Arc::new(State {
            objects: Mutex::default(),
            troubles: Mutex::default(),
            requests: Mutex::default(),
            folder: Folder::new(),
        });
        let router = requests::router(Arc::clone(&state));
        let server = tokio::spawn(async move { axum::serve(listener, router).await.expect("it serves until dropped") });
        Self { endpoint, state, server }
    }

    /// Its address, to which the bucket and the key are added as a path.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// From now on every request has this trouble, until `heal`.
    pub fn trouble(&self, trouble: Trouble) {
        lock(&self.state.troubles).push((None, trouble));
    }

    /// From now on every request with this method has this trouble, until `heal`.
    pub fn trouble_with(&self, method: Method, trouble: Trouble) {
        lock(&self.state.troubles).push((Some(method), trouble));
    }

    /// Ends all trouble.
    pub fn heal(&self) {
        lock(&self.state.troubles).clear();
    }

    /// The keys of all objects, in order.
    pub fn keys(&self) -> Vec<String> {
        lock(&self.state.objects).keys()
    }

    /// The size of an object.
    pub fn size(&self, key: &str) -> Option<u64> {
        lock(&self.state.objects).get(key).map(|object| object.content.size)
    }

    /// The bytes of an object.
    pub fn read(&self, key: &str) -> Option<Bytes> {
        let object = lock(&self.state.objects).get(key)?;
        Some(std::fs::read(&object.content.path).expect("an object's file").into())
    }

    /// Stores an object behind everybody's back.
    pub fn write(&self, key: &str, bytes: &[u8]) {
        let mut content = Content::new(self.state.folder.path());
        std::fs::write(&content.path, bytes).expect("an object's file");
        content.size = u64::try_from(bytes.len()).expect("64 bits");
        lock(&self.state.objects).put(key, content, HeaderMap::new());
    }

    /// Removes an object behind everybody's back.
    pub fn remove(&self, key: &str) {
        lock(&self.state.objects).remove(key);
    }

    /// How many uploads in parts were begun and neither completed nor aborted.
    pub fn unfinished_uploads(&self) -> usize {
        lock(&self.state.objects).unfinished_uploads()
    }

    /// What was asked so far, as `PUT /reprograph/some/key`.
    pub fn requests(&self) -> Vec<String> {
        lock(&self.state.requests).clone()
    }
}

impl Drop for S3 {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl State {
    /// The trouble that a request with this method has.
    fn troubles(&self, method: &Method) -> Vec<Trouble> {
        let troubles = lock(&self.troubles);
        let its = troubles.iter().filter(|(of, _)| of.as_ref().is_none_or(|of| of == method));
        its.map(|(_, trouble)| *trouble).collect()
    }
}

/// A test that broke off while it held the lock has failed already.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
