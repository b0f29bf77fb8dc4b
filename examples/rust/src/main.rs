//! Trains a small classifier as a plan says, and logs the run: `train plan_…`.

mod classifier;
mod documents;
mod server;

use std::process::ExitCode;

use classifier::{Classifier, Dice};
use documents::{Finish, Log, Plan, Start, finish, log, plan, start};
use serde::Deserialize;
use server::Server;

/// How many steps are sent at once.
const BATCH: i64 = 100;
const SEED: u32 = 42;

/// What a plan says of the training, in the `config` of its document.
#[derive(Deserialize, Debug)]
struct Config {
    steps: i64,
    rate: f64,
}

fn main() -> ExitCode {
    match train() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn train() -> Result<(), String> {
    let plan = std::env::args().nth(1).ok_or("train plan_…")?;
    let url = std::env::var("REPROGRAPH_URL").unwrap_or_else(|_| "http://127.0.0.1:8080".to_owned());
    let key = std::env::var("REPROGRAPH_TOKEN").map_err(|_| "there is no key: set REPROGRAPH_TOKEN")?;
    let server = Server::new(&url, &key);

    let found = server.ask::<Plan>(plan::Variables { id: plan.clone() })?.plan;
    let found = found.ok_or_else(|| format!("{plan} is not there, or not for you to see"))?;
    let config = Config::deserialize(&found.document["config"]).map_err(|why| format!("the plan's config: {why}"))?;

    let run = Run::start(&server, plan)?;
    let trained = run.train(&config);
    run.finish(trained.is_ok())?;
    println!("{}", server.address_of_run(&run.id));
    trained
}

/// A run that is ours.
struct Run<'a> {
    server: &'a Server,
    id: String,
    token: String,
}

/// What was measured and not sent yet.
#[derive(Default)]
struct Measured {
    steps: Vec<i64>,
    loss: Vec<f64>,
    accuracy: Vec<f64>,
}

impl<'a> Run<'a> {
    /// Begins a reproduction of a plan.
    fn start(server: &'a Server, plan: String) -> Result<Self, String> {
        let reproduction = start::ReproductionInput { plan_id: plan, seed: Some(SEED.to_string()) };
        let run = start::CreateRunInput {
            command: Some("train".to_owned()),
            commit_sha: None,
            config: None,
            description: Some("A logistic regression on points of two clouds.".to_owned()),
            dirty: None,
            group: None,
            id: None,
            metadata: None,
            name: Some("Logistic regression".to_owned()),
            parent_run_id: None,
            repository_id: None,
            subject: start::RunSubjectInput::Reproduction(reproduction),
            tags: Some(vec!["rust".to_owned()]),
        };
        let hold = start::HoldInput { holder: "the example in Rust".to_owned(), seconds: Some(600), token: None };
        let started = server.ask::<Start>(start::Variables { input: start::StartRunInput { hold, run } })?.start_run;
        let started = started.ok_or("nothing was started")?;
        let token = started.token.ok_or("the run is another's")?;
        println!("{} ({})", started.run.name, started.run.id);
        Ok(Self { server, id: started.run.id, token })
    }

    /// Trains, and logs each step.
    fn train(&self, config: &Config) -> Result<(), String> {
        let mut dice = Dice::new(SEED.into());
        let (seen, unseen) = (dice.points(400), dice.points(200));
        let mut classifier = Classifier::default();
        let mut measured = Measured::default();
        for step in 0..config.steps {
            classifier = classifier.step(&seen, config.rate);
            measured.steps.push(step);
            measured.loss.push(classifier.loss(&seen));
            measured.accuracy.push(classifier.accuracy(&unseen));
            if (step + 1) % BATCH == 0 || step + 1 == config.steps {
                println!("step {step}: accuracy {:.1} %", classifier.accuracy(&unseen));
                self.log(std::mem::take(&mut measured))?;
            }
        }
        Ok(())
    }

    /// Sends a batch. Its id is its last step, so that sending it again would change nothing.
    fn log(&self, measured: Measured) -> Result<(), String> {
        let Measured { steps, loss, accuracy } = measured;
        let series = |metric: &str, split: &str, values| log::SeriesLogInput {
            metric: metric.to_owned(),
            split: Some(split.to_owned()),
            steps: steps.clone(),
            terminal_value: None,
            times: None,
            timestamps: None,
            values,
        };
        let input = log::LogSeriesInput {
            batch_id: format!("to {}", steps.last().unwrap_or(&0)),
            run_id: self.id.clone(),
            series: vec![series("loss", "train", loss), series("accuracy", "validation", accuracy)],
            token: Some(self.token.clone()),
        };
        self.server.ask::<Log>(log::Variables { input }).map(drop)
    }

    /// Ends the run.
    fn finish(&self, is_trained: bool) -> Result<(), String> {
        let (status, error) = if is_trained {
            (finish::RunStatus::Succeeded, None)
        } else {
            let message = Some("it was not trained to its end".to_owned());
            (finish::RunStatus::Failed, Some(finish::RunErrorInput { code: Some("BROKEN_OFF".to_owned()), message }))
        };
        let input = finish::FinishRunInput { error, id: self.id.clone(), status, token: self.token.clone() };
        self.server.ask::<Finish>(finish::Variables { input }).map(drop)
    }
}
