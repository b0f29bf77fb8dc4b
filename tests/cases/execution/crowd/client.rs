//! A client: it sends random commands, some of them again, and notes what it was told.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::Id;
use domain::execution::{Plan, Run, Snapshot};
use domain::project::Project;
use serde_json::{Value, json};
use storage::execution::lapses::watch;
use tests::dice::Dice;
use tests::names;
use tests::node::{Dial, Node};
use tests::world::user;
use tokio::sync::Mutex;
use uuid::Uuid;

use super::command::{Command, Content};

/// What all clients share.
pub(super) struct Crowd {
    pub(super) nodes: Vec<Node>,
    pub(super) dial: Arc<Dial>,
    pub(super) heard: Mutex<Heard>,
    order: AtomicU64,
}

/// What clients have said to each other.
#[derive(Default)]
pub(super) struct Heard {
    runs: Vec<String>,
    held: Vec<(String, String)>,
    pub(super) told: Vec<Told>,
}

/// What a client was told.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) command: Command,
    /// When it was sent, and when the answer came, among all.
    pub(super) sent: u64,
    pub(super) answered: u64,
    /// The data, or the code of the error.
    pub(super) answer: Result<Value, String>,
    /// Whether it was sent before.
    pub(super) again: bool,
}

impl Crowd {
    pub(super) fn new(nodes: Vec<Node>, dial: Arc<Dial>) -> Self {
        Self { nodes, dial, heard: Mutex::default(), order: AtomicU64::new(1) }
    }

    fn next(&self) -> u64 {
        self.order.fetch_add(1, Ordering::SeqCst)
    }

    /// Sends a command to a node, and notes what came of it.
    async fn send(&self, node: usize, command: Command, again: bool) {
        let (document, variables) = command.request();
        let sent = self.next();
        let response = self.nodes[node].ask(user("ed"), document, variables).await;
        let answered = self.next();
        let response = serde_json::to_value(&response).unwrap();
        let answer = match response["errors"][0]["extensions"]["code"].as_str() {
            Some(code) => Err(code.to_owned()),
            None => Ok(response["data"].clone()),
        };
        let known = ["PRECONDITION_FAILED", "CONFLICT"];
        assert!(answer.as_ref().err().is_none_or(|code| known.contains(&code.as_str())), "{command:?}: {response}");
        let mut heard = self.heard.lock().await;
        if let Ok(data) = &answer {
            let run = match &command {
                Command::Claim { .. } => data["claimRun"]["run"]["id"].as_str(),
                Command::Start { run, .. } | Command::Resume { run, .. } => Some(run.as_str()),
                _ => None,
            };
            if let (Some(run), Some(token)) = (run, command.token()) {
                heard.held.push((run.to_owned(), token.to_owned()));
            }
            if let Command::Create { run, .. } | Command::Start { run, .. } = &command {
                heard.runs.push(run.clone());
            }
        }
        heard.told.push(Told { command, sent, answered, answer, again });
    }
}

/// Sends so many commands, one after the other.
pub(super) async fn client(crowd: Arc<Crowd>, seed: u64, commands: usize) {
    let mut dice = Dice::new(seed);
    for at in 0..commands {
        let node = dice.roll(crowd.nodes.len());
        match dice.roll(30) {
            0..2 => watch(&crowd.nodes[node].store).await.unwrap(),
            2 | 3 => crowd.dial.turn(i64::try_from(dice.roll(20_000)).unwrap()),
            4 => crowd.dial.turn(-i64::try_from(dice.roll(3_000)).unwrap()),
            5 | 6 => {
                // An answer was lost, and comes late after all.
                let before = dice.pick(&crowd.heard.lock().await.told).cloned();
                if let Some(before) = before {
                    crowd.send(node, before.command, true).await;
                }
            }
            _ => {
                let command = command(&mut dice, &crowd, &format!("{seed}-{at}")).await;
                if let Some(command) = command {
                    crowd.send(node, command.clone(), false).await;
                    if dice.once_in(6) {
                        crowd.send(dice.roll(crowd.nodes.len()), command, true).await;
                    }
                }
            }
        }
    }
}

/// A new command, about one of the newest runs mostly.
async fn command(dice: &mut Dice, crowd: &Crowd, name: &str) -> Option<Command> {
    let new_token = format!("token-of-the-client-{name:->30}");
    let new_run = || Id::<Run>::try_new(Uuid::now_v7()).unwrap().to_string();
    let seconds = [1, 30, 60, 300][dice.roll(4)];
    let heard = crowd.heard.lock().await;
    let held = recent(dice, &heard.held).cloned();
    let any = recent(dice, &heard.runs).cloned();
    drop(heard);
    let (run, token) = held.clone().unzip();
    let command = match dice.roll(28) {
        0..3 => Command::Create { run: new_run(), subject: subject(dice) },
        3..6 => Command::Claim { token: new_token, kind: ["EXPERIMENT", "REPRODUCTION"][dice.roll(2)], seconds },
        6 => Command::Start { run: new_run(), token: new_token, subject: subject(dice), seconds },
        7 => Command::Renew { run: run?, token: token?, seconds },
        8 | 9 => Command::Pause { run: run.or(any)?, token: token.filter(|_| dice.once_in(2)) },
        10 | 11 => Command::Resume { run: run?, token: new_token, seconds },
        12 => {
            let status = ["SUCCEEDED", "FAILED", "TIMEOUT", "CANCELLED"][dice.roll(4)];
            Command::Finish { run: run?, token: token?, status }
        }
        13 => Command::Cancel { run: run.or(any)?, token: token.filter(|_| dice.once_in(2)) },
        14 => {
            let id = Id::<Snapshot>::try_new(Uuid::now_v7()).unwrap().to_string();
            Command::Save { run: run?, token: token?, id }
        }
        _ => Command::Write { run: run?, token: token?, batch: name.to_owned(), content: content(dice, name) },
    };
    Some(command)
}

/// One of the newest mostly, else any.
fn recent<'a, T>(dice: &mut Dice, items: &'a [T]) -> Option<&'a T> {
    let newest = &items[items.len().saturating_sub(5)..];
    if dice.once_in(4) { dice.pick(items) } else { dice.pick(newest) }
}

fn subject(dice: &mut Dice) -> Value {
    if dice.once_in(2) {
        json!({ "reproduction": { "planId": names::id::<Plan>("bert").to_string() } })
    } else {
        json!({ "experiment": { "projectId": names::id::<Project>("alpha").to_string() } })
    }
}

fn content(dice: &mut Dice, name: &str) -> Content {
    match dice.roll(9) {
        0 => Content::Rewind(dice.roll(30)),
        1..4 => Content::Events((0..=dice.roll(3)).map(|at| format!("{name}-{at}")).collect()),
        _ => {
            let mut series: BTreeMap<&str, BTreeMap<usize, usize>> = BTreeMap::new();
            for _ in 0..=dice.roll(2) {
                let points = series.entry(["loss", "accuracy", "energy"][dice.roll(3)]).or_default();
                points.extend((0..=dice.roll(5)).map(|_| (dice.roll(40), dice.roll(1000))).collect::<Vec<_>>());
            }
            Content::Points(series)
        }
    }
}
