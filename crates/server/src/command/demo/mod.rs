//! The demo: a believable world for who looks around. The papers and what they claim are real; what the runs observed is
//! made up, and says so.

mod curve;
mod dice;
mod live;
mod motion;
mod papers;
mod people;
mod project;
mod said;
mod stage;
mod training;
mod trial;
mod trials;

use serde_json::{Value, json};
use storage::Store;
use storage::objects::Objects;

pub(super) use self::live::Live;
use self::people::People;
use self::project::Draft;
use self::stage::{Stage, Who};
use super::database::words;
use super::exit::Trouble;
use super::say::say;
use super::serve::{first_admin, open_migrated, open_objects, open_store, public_url};
use crate::progress::Progress;
use crate::public_url::PublicUrl;
use crate::settings::Settings;

/// `reprograph demo`: fills an empty database.
pub(super) async fn demo(settings: &Settings) -> Result<(), Trouble> {
    let lock = settings.database.lock()?;
    let pools = open_migrated(settings).await?;
    let store = open_store(settings, pools.clone()).await?;
    let objects = open_objects(settings)?;
    let public_url = public_url(&settings.server, settings.server.listen)?;
    let made = fill(settings, &store, objects, public_url).await;
    pools.close().await.map_err(|why| words(&why))?;
    drop(lock);
    match made? {
        Made::World(_) => say("the demo is made: `reprograph serve` shows it"),
        Made::Nothing => Err(Trouble::refused(
            "the database has projects already, and the demo is made in an empty one only: give another by --database-url",
        )),
    }
}

/// Whether there is a demo now.
pub(super) enum Made {
    /// It was made, with these runs that could go on.
    World(Vec<Live>),
    /// The database had projects already, and is as it was.
    Nothing,
}

/// Fills the database if there is no project in it.
pub(super) async fn fill(
    settings: &Settings,
    store: &Store,
    objects: Objects,
    public_url: PublicUrl,
) -> Result<Made, Trouble> {
    let stage = Stage::new(store.clone(), objects, public_url)?;
    let data = stage.act(Who::House, include_str!("steps/count_projects.graphql"), json!({})).await?;
    if data.pointer("/projects/totalCount").and_then(Value::as_u64) != Some(0) {
        return Ok(Made::Nothing);
    }
    // Whom the first start signs in is the first of all.
    first_admin(settings, store).await?;
    Ok(play(&stage).await.map(Made::World)?)
}

/// Makes the demo.
async fn play(stage: &Stage) -> Result<Vec<Live>, String> {
    // Two projects, their trainings, and the simulations.
    let parts = 2 + trials::VISION.len() + trials::LANGUAGE.len() + 1;
    let progress = Progress::of("making the demo", u64::try_from(parts).unwrap_or_default());
    let people = People::come(stage).await?;
    let (language, vision): (Vec<_>, Vec<_>) = papers::papers()?
        .into_iter()
        .partition(|paper| trials::LANGUAGE.iter().any(|trial| trial.arxiv == paper.arxiv));
    let vision = Draft {
        name: "Pictures and speech",
        slug: "pictures-and-speech",
        description: "A demo. Papers and claims are real; what the runs observed is made up.",
        owner: people.maya,
        papers: vision,
    };
    let language = Draft {
        name: "Language and motion",
        slug: "language-and-motion",
        description: "A demo. Papers and claims are real; what the trainings observed is made up.",
        owner: people.tomas,
        papers: language,
    };
    let vision = vision.make(stage, &people).await?;
    progress.step();
    let language = language.make(stage, &people).await?;
    progress.step();
    let mut running = training::carry_out(stage, &vision, trials::VISION, &progress).await?;
    running.extend(training::carry_out(stage, &language, trials::LANGUAGE, &progress).await?);
    motion::simulate(stage, &language).await?;
    Ok(running)
}
