//! Where the demo is played: people do what they could do over the API themselves, by its documents.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::{Request, Variables};
use bytes::Bytes;
use domain::account::User;
use domain::text::{FileName, MediaType};
use domain::{Id, Invalid, Timestamp, Viewer};
use futures_util::stream;
use graphql::{Engine, Files};
use serde_json::Value;
use storage::Store;
use storage::objects::Objects;
use storage::viewers;

use crate::auth::{Auth, House, Lifetimes, Signer};
use crate::command::database::words;
use crate::http::files::{Described, Shelf};
use crate::key_file;
use crate::public_url::PublicUrl;

/// The API, as the demo's people use it.
#[derive(Clone)]
pub(super) struct Stage {
    engine: Engine,
    store: Store,
    objects: Objects,
}

/// How large a file of the demo may be, and how long it waits for the row that names it.
const LARGEST: u64 = 1 << 20;
const EXPIRES: Duration = Duration::from_mins(10);

/// Who does something.
#[derive(Clone, Copy, Debug)]
pub(super) enum Who {
    /// Whoever runs the server.
    House,
    /// Somebody with an account.
    Person(Id<User>),
}

impl Stage {
    /// A stage on a store. Its house sends no mail, and nobody signs in there.
    pub(super) fn new(store: Store, objects: Objects, public_url: PublicUrl) -> Result<Self, String> {
        let files = Files::new(objects.clone(), &public_url.to_string());
        let lifetimes = Lifetimes { idle: Duration::ZERO, most: Duration::ZERO };
        let auth = Auth::new(store.clone(), Signer::new(&key_file::random()?, None), lifetimes, House::new(public_url));
        let engine = Engine::new(store.clone(), files, Arc::new(auth)).by_resolvers();
        Ok(Self { engine, store, objects })
    }

    /// The present moment.
    pub(super) fn now(&self) -> Timestamp {
        self.store.reader(Viewer::command_line(), None).now()
    }

    /// Lets somebody run a document, which must succeed.
    pub(super) async fn act(&self, who: Who, document: &str, variables: Value) -> Result<Value, String> {
        let request = Request::new(document).variables(Variables::from_json(without_nulls(variables)));
        let (response, _) = self.engine.execute(request, self.viewer(who).await?, None).await;
        if let Some(error) = response.errors.first() {
            return Err(format!("the demo cannot be made: {:?}: {}", error.path, error.message));
        }
        response.data.into_json().map_err(|why| format!("the demo cannot be made: {why}"))
    }

    /// The same, where a text at this place of the answer is what matters: an id mostly.
    pub(super) async fn get(&self, who: Who, document: &str, variables: Value, place: &str) -> Result<String, String> {
        let data = self.act(who, document, variables).await?;
        let text = data.pointer(place).and_then(Value::as_str);
        text.map(str::to_owned).ok_or_else(|| format!("the demo cannot be made: there is no {place} in {data}"))
    }

    /// Lets somebody send a file, as `POST /files` does, and tells its id.
    pub(super) async fn upload(&self, who: Who, name: &str, content: String) -> Result<String, String> {
        let reader = self.store.reader(self.viewer(who).await?, None);
        let invalid = |why: Invalid| format!("the demo cannot be made: {name}: {why:?}");
        let described = Described {
            file_name: Some(FileName::try_new(name).map_err(invalid)?),
            media_type: MediaType::try_new("application/x-ipynb+json").map_err(invalid)?,
        };
        let file = stream::iter([Ok::<_, String>(Bytes::from(content))]);
        let waiting = Shelf { objects: self.objects.clone(), limit: LARGEST, expires_after: EXPIRES };
        let upload = waiting.keep(&reader, described, file).await;
        let upload = upload.map_err(|why| format!("the demo cannot be made: {name}: {}", why.message()))?;
        Ok(upload.id.to_string())
    }

    async fn viewer(&self, who: Who) -> Result<Viewer, String> {
        let user = match who {
            Who::House => return Ok(Viewer::command_line()),
            Who::Person(user) => user,
        };
        let viewer = viewers::viewer(&self.store, user).await.map_err(|why| words(&why))?;
        viewer.ok_or_else(|| format!("the demo cannot be made: {user} has gone"))
    }
}

/// What is not said is left out.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let said = fields.into_iter().filter(|(_, value)| !value.is_null());
            Value::Object(said.map(|(name, value)| (name, without_nulls(value))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(without_nulls).collect()),
        value => value,
    }
}
