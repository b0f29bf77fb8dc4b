//! What every entity's file needs.

pub use async_graphql::{Context, ID};

pub use crate::choice::Chosen;
pub use crate::error::{Failure, Result};
pub use crate::input::{Change, Defaulted, Field, Given, GlobalId, List, Optional, Parsed, Required};
pub use crate::mutate::{self, Target, Update};
pub use crate::object::{Shown, by_id, loader};
pub use crate::scalar::{DateTime, Json, SafeInt};
pub use crate::shown::{choice, flag, json, maybe, real, text, time, whole};
pub use crate::{input, mutations, object, queries, targets};
