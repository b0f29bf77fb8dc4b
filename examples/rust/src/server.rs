//! A server, and the key by which it is asked.

use graphql_client::{GraphQLQuery, Response};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ureq::Agent;

/// What is written in another way in an address: all but letters, digits and the underscore of ids.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'_');

/// A server.
#[derive(Debug)]
pub struct Server {
    url: String,
    key: String,
    agent: Agent,
}

impl Server {
    /// The server at an address, for the owner of a key.
    pub fn new(url: &str, key: &str) -> Self {
        // What went wrong stands in the answer, whatever its status.
        let agent = Agent::config_builder().http_status_as_error(false).build().into();
        Self { url: url.trim_end_matches('/').to_owned(), key: key.to_owned(), agent }
    }

    /// Asks, and answers what came; an error of the answer is an error.
    pub fn ask<Q: GraphQLQuery>(&self, variables: Q::Variables) -> Result<Q::ResponseData, String> {
        let said = |why: ureq::Error| format!("{}: {why}", self.url);
        let asked = self.agent.post(format!("{}/graphql", self.url));
        let asked = asked.header("Authorization", format!("Bearer {}", self.key)).header("Accept", "application/json");
        let mut answer = asked.send_json(Q::build_query(variables)).map_err(said)?;
        let answer: Response<Q::ResponseData> = answer.body_mut().read_json().map_err(said)?;
        match (answer.errors.into_iter().flatten().next(), answer.data) {
            (Some(error), _) => Err(error.message),
            (None, Some(data)) => Ok(data),
            (None, None) => Err("the server answered nothing".to_owned()),
        }
    }

    /// Where a browser shows a run: in the playground.
    pub fn address_of_run(&self, id: &str) -> String {
        let query = format!(
            "{{ run(id: \"{id}\") {{ name status series {{ nodes {{ metric split count min max last }} }} }} }}"
        );
        format!("{}/?query={}", self.url, utf8_percent_encode(&query, ENCODED))
    }
}
