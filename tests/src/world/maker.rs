//! Makes worlds, by what their users could do themselves.

use bytes::Bytes;
use domain::account::Role;
use domain::files::{Sender, Upload};
use domain::text::{FileName, MediaType, StoragePath};
use domain::{Count, Leaf, Timestamp};
use serde_json::Value;
use storage::files::{keep_upload, upload_folder};
use storage::viewers;

use super::{USERS, user};
use crate::app::App;
use crate::names::{self, Names};

/// Makes a world on an app.
pub struct Maker {
    /// The app.
    pub app: App,
    names: Names,
}

impl Maker {
    /// A maker that has done nothing yet.
    pub fn new(app: App) -> Self {
        Self { app, names: Names::default() }
    }

    /// Makes all users.
    pub async fn users(&mut self) {
        for name in USERS {
            let role = match name {
                "ann" => Role::Admin,
                "pen" => Role::Pending,
                _ => Role::User,
            };
            self.app.user(name, role).await;
        }
    }

    /// Lets a user do something, which must succeed.
    pub async fn act(&mut self, who: &str, query: &str) -> Value {
        let (answer, _) = self.app.ask(user(who), &self.names.to_ids(query), Value::Null).await;
        assert!(answer.errors.is_empty(), "{query}: {:?}", answer.errors);
        self.names.to_names(answer.data.into_json().unwrap())
    }

    /// Makes an upload of a user: its name, the file's name, its media type and its content.
    pub async fn upload(&mut self, who: &str, name: &str, file: (&str, &str, &str)) {
        let (file_name, media_type, content) = file;
        let id = names::id::<Upload>(name);
        let storage_path = StoragePath::try_new(upload_folder(id)).unwrap();
        let stored = self.app.objects.put_bytes(&storage_path, Bytes::from(content.to_owned())).await.unwrap();
        let viewer = viewers::viewer(&self.app.store, user(who)).await.unwrap().unwrap();
        let reader = self.app.store.reader(viewer, None);
        let upload = Upload {
            id,
            sender: Sender::User(user(who)),
            file_name: Some(FileName::try_new(file_name).unwrap()),
            media_type: MediaType::try_new(media_type).unwrap(),
            storage_path,
            size_bytes: Count::parse(i64::try_from(stored.size).unwrap()).unwrap(),
            sha256: stored.sha256,
            created_at: reader.now(),
            expires_at: "2027-01-01T00:00:00.000Z".parse::<Timestamp>().unwrap(),
        };
        keep_upload(&reader, &upload).await.unwrap();
    }
}
