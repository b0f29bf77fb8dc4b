//! A crowd of clients that send random commands at once, by two nodes whose clocks differ, while leases lapse and answers
//! are lost. Afterwards everything is as the machine of states, the batches and what clients were told have it.

mod check;
mod client;
mod command;

use std::sync::Arc;

use sea_orm::ConnectionTrait;
use tests::database::Kind;
use tests::node::{Dial, Node};
use tests::world::World;

use super::super::robust::kit::scaled;
use check::check;
use client::{Crowd, client};

const CLIENTS: u64 = 6;
const COMMANDS: usize = 60;

async fn crowd(kind: Kind, seed: u64) {
    let Some(app) = World::TwoProjects.start(kind).await else { return };
    let budget = "UPDATE plans SET budget_minutes = 1";
    app.store.pools().writer().execute_unprepared(budget).await.unwrap();
    let dial = Arc::new(Dial::default());
    let nodes = vec![Node::beside(&app, dial.clock(0)).await, Node::beside(&app, dial.clock(-700)).await];
    let crowd = Arc::new(Crowd::new(nodes, dial));
    let clients = (0..CLIENTS).map(|at| tokio::spawn(client(Arc::clone(&crowd), seed * 100 + at, COMMANDS)));
    for client in futures_util::future::join_all(clients).await {
        client.unwrap();
    }
    check(&app, &crowd, &format!("{kind:?}, seed {seed}")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_of_clients_sees_no_illegal_state_on_sqlite() {
    for seed in 0..scaled(200, 2) {
        crowd(Kind::Sqlite, u64::try_from(seed).unwrap()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_of_clients_sees_no_illegal_state_on_postgres() {
    for seed in 0..scaled(200, 2) {
        crowd(Kind::Postgres, u64::try_from(seed).unwrap()).await;
    }
}
