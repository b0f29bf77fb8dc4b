//! A key, which lets a program act for a user or for a project.

use crate::account::User;
use crate::project::Project;
use crate::text::{KeyPrefix, Name};
use crate::{Id, Invalid, Leaf, Sha256, Timestamp, choice, entity};

choice! {
    /// A part of what the owner of a key may do. Each but `READ` includes `READ`.
    KeyScope {
        /// Queries and subscriptions.
        Read = "READ",
        /// Events, points and the activity of running work.
        Ingest = "INGEST",
        /// Claiming, starting, renewing and ending runs.
        Execute = "EXECUTE",
        /// All that an EDITOR does.
        Write = "WRITE",
        /// The rest of what the owner may, such as keeping members, keys and accounts.
        Admin = "ADMIN",
    }
}

entity! {
    /// A key of a user, or of a project, which is a service account then.
    ApiKey "API key" as "apikey" in "api_keys", edited {
        /// The user for whom it acts; none for a project's own key.
        user_id: Option<Id<User>>,
        /// The one project that it is for; none for all of its user's.
        project_id: Option<Id<Project>>,
        /// What it is for.
        name: Name,
        /// The beginning of the key, by which people know it.
        prefix: KeyPrefix,
        /// The digest of the key.
        key_sha256: Sha256,
        /// What it may be used for.
        scopes: KeyScopes,
        /// Until when it works.
        expires_at: Option<Timestamp>,
        /// When it was last used, to the minute.
        last_used_at: Option<Timestamp>,
        /// When it was revoked.
        revoked_at: Option<Timestamp>,
        /// Who made it.
        created_by: Option<Id<User>>,
    }
}

impl ApiKey {
    /// Why whoever asks with this key may not make that one: a key makes none that could do more than itself.
    pub fn may_make(&self, other: &Self) -> Result<(), &'static str> {
        if !other.scopes.as_slice().iter().all(|scope| self.scopes.include(*scope)) {
            return Err("a key makes no key with a scope that it has not itself");
        }
        if self.project_id.is_some() && self.project_id != other.project_id {
            return Err("a key for one project makes keys for that project alone");
        }
        if self.expires_at.is_some_and(|end| other.expires_at.is_none_or(|later| later > end)) {
            return Err("a key makes no key that works for longer than itself");
        }
        Ok(())
    }
}

/// A set of scopes, never empty, in their order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KeyScopes(Vec<KeyScope>);

impl KeyScopes {
    /// The set of these scopes.
    pub fn try_new(scopes: impl IntoIterator<Item = KeyScope>) -> Result<Self, Invalid> {
        let mut scopes: Vec<KeyScope> = scopes.into_iter().collect();
        scopes.sort_unstable();
        scopes.dedup();
        if scopes.is_empty() {
            return Err(Invalid::new("length", "must have at least one scope"));
        }
        Ok(Self(scopes))
    }

    /// The scopes.
    pub fn as_slice(&self) -> &[KeyScope] {
        &self.0
    }

    /// Whether a key with these scopes may be used for what needs this one.
    pub fn include(&self, needed: KeyScope) -> bool {
        needed == KeyScope::Read || self.0.contains(&needed)
    }
}

impl Leaf for KeyScopes {
    type Raw = serde_json::Value;

    fn parse(raw: serde_json::Value) -> Result<Self, Invalid> {
        let names: Vec<String> =
            serde_json::from_value(raw).map_err(|_| Invalid::new("format", "must be a list of the names of scopes"))?;
        let scopes: Vec<KeyScope> = names.iter().map(|name| name.parse()).collect::<Result<_, _>>()?;
        Self::try_new(scopes)
    }

    fn raw(&self) -> serde_json::Value {
        self.0.iter().map(|scope| serde_json::Value::from(scope.as_str())).collect()
    }
}
