//! The people of the demo: accounts of different roles, without passwords.

use serde_json::json;

use super::stage::{Stage, Who};

/// Everybody, by what they do.
#[derive(Clone, Copy, Debug)]
pub(super) struct People {
    /// Owns the project of pictures and speech.
    pub(super) maya: Who,
    /// Owns the project of language and motion.
    pub(super) tomas: Who,
    /// Edits in both, and keeps bonus windows.
    pub(super) ines: Who,
    /// Reads both.
    pub(super) jun: Who,
}

impl People {
    /// Makes their accounts.
    pub(super) async fn come(stage: &Stage) -> Result<Self, String> {
        let people = Self {
            maya: invite(stage, "maya@demo.example.org", "Maya Lindqvist", "USER").await?,
            tomas: invite(stage, "tomas@demo.example.org", "Tomas Okafor", "USER").await?,
            ines: invite(stage, "ines@demo.example.org", "Ines Ferreira", "MANAGER").await?,
            jun: invite(stage, "jun@demo.example.org", "Jun Park", "USER").await?,
        };
        // Who waits for a role sees nothing yet.
        invite(stage, "petra@demo.example.org", "Petra Novak", "PENDING").await?;
        Ok(people)
    }
}

async fn invite(stage: &Stage, email: &str, name: &str, role: &str) -> Result<Who, String> {
    let input = json!({ "email": email, "name": name, "role": role });
    let document = include_str!("steps/invite.graphql");
    let id = stage.get(Who::House, document, json!({ "input": input }), "/inviteUser/user/id").await?;
    id.parse().map(Who::Person).map_err(|why| format!("the demo cannot be made: {id}: {why:?}"))
}

/// The id of somebody with an account, as the API writes it.
pub(super) fn id(who: Who) -> Option<String> {
    match who {
        Who::House => None,
        Who::Person(user) => Some(user.to_string()),
    }
}
