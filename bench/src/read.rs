//! What is read: documents with variables that are others each time, drawn from the world.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tests::dice::Dice;

use crate::world::{self, World};

/// What is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Read {
    /// One paper by its id.
    Paper,
    /// A page of 50 papers with their claims, plans, runs and evals.
    Page,
    /// 100 papers, with what their runs came to.
    Dashboard,
    /// A run with four series of 200 points.
    Run,
    /// A page of 100 events of a run.
    Events,
    /// Runs that are filtered, in the order of a metric.
    Runs,
}

/// A request for something.
#[derive(Clone, Debug)]
pub struct Ask {
    /// Which user asks.
    pub user: u32,
    /// The values of the document's variables.
    pub variables: Value,
    /// The same for a peer, which has other names for it.
    pub plain: Value,
}

impl Read {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Paper, Self::Page, Self::Dashboard, Self::Run, Self::Events, Self::Runs];

    /// Its name, which is that of its document and of the limit's route.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Paper => "paper",
            Self::Page => "page",
            Self::Dashboard => "dashboard",
            Self::Run => "run",
            Self::Events => "events",
            Self::Runs => "runs",
        }
    }

    /// What it is, in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Paper => "one paper by id",
            Self::Page => "page of 50 papers, five levels",
            Self::Dashboard => "dashboard of 100 papers",
            Self::Run => "run with four series of 200 points",
            Self::Events => "page of 100 run events",
            Self::Runs => "20 runs, filtered, by a metric",
        }
    }

    /// The document.
    pub const fn document(self) -> &'static str {
        match self {
            Self::Paper => include_str!("../workloads/paper.graphql"),
            Self::Page => include_str!("../workloads/page.graphql"),
            Self::Dashboard => include_str!("../workloads/dashboard.graphql"),
            Self::Run => include_str!("../workloads/run.graphql"),
            Self::Events => include_str!("../workloads/events.graphql"),
            Self::Runs => include_str!("../workloads/runs.graphql"),
        }
    }

    /// The same for `PostGraphile`, where it can be asked for that.
    pub const fn of_postgraphile(self) -> Option<&'static str> {
        match self {
            Self::Paper => Some(include_str!("../peers/postgraphile/paper.graphql")),
            Self::Page => Some(include_str!("../peers/postgraphile/page.graphql")),
            Self::Dashboard => Some(include_str!("../peers/postgraphile/dashboard.graphql")),
            Self::Run => Some(include_str!("../peers/postgraphile/run.graphql")),
            Self::Events => Some(include_str!("../peers/postgraphile/events.graphql")),
            // It has no order by the rows of another table.
            Self::Runs => None,
        }
    }

    /// A request for something that the user who asks sees.
    pub fn draw(self, world: World, dice: &mut Dice) -> Ask {
        let mut roll = |sides: u32| u32::try_from(dice.roll(sides.try_into().expect("few"))).expect("it is below it");
        let user = roll(world.users);
        let project = world.project_of(user, roll(3));
        let mut paper = |of_hundred: u32| {
            let papers = world.papers / world.projects;
            world.paper_in(project, roll(papers * of_hundred / 100))
        };
        let (number, variables) = match self {
            Self::Paper => {
                let number = paper(100);
                (number, json!({ "id": world::paper(number).to_string() }))
            }
            Self::Page => {
                let number = paper(80);
                (number, json!({ "after": after_paper(number) }))
            }
            Self::Dashboard => {
                let number = paper(60);
                (number, json!({ "after": after_paper(number) }))
            }
            Self::Runs => {
                let number = paper(50);
                let (project, since) = (world::project(project).to_string(), world::ended(number * 6).to_string());
                (number, json!({ "project": project, "since": since }))
            }
            Self::Run | Self::Events => return self.draw_watched(world, roll(world.watched), roll(world.events - 100)),
        };
        let (id, project) = (world::paper(number).uuid(), world::project(project).uuid());
        // A peer begins its pages at the beginning of a project, so that they are full.
        let offset = if self == Self::Page { number / world.projects % 40 } else { 0 };
        Ask {
            user,
            variables,
            plain: json!({ "id": id.to_string(), "project": project.to_string(), "offset": offset }),
        }
    }

    /// A request for a run that is watched, by somebody who sees it.
    fn draw_watched(self, world: World, nth: u32, seq: u32) -> Ask {
        let number = world.watched_run(nth);
        let run = world::run(number);
        // The user of a project's own number is a member of it.
        let user = world.project_of_run(number);
        let variables = match self {
            Self::Events => {
                let (id, after) = (run.uuid().simple().to_string(), seq + 1);
                json!({ "id": run.to_string(), "after": cursor(&json!(["SEQ_ASC", after, id, after])) })
            }
            _ => json!({ "id": run.to_string() }),
        };
        Ask { user, variables, plain: json!({ "id": run.uuid().to_string(), "offset": seq }) }
    }
}

fn after_paper(number: u32) -> String {
    let (added, id) = (world::added(number).to_string(), world::paper(number).uuid().simple().to_string());
    cursor(&json!(["CREATED_AT_ASC", added, id]))
}

fn cursor(place: &Value) -> String {
    URL_SAFE_NO_PAD.encode(place.to_string())
}
