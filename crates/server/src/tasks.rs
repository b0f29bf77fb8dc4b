//! What the server does by itself, again and again: each task by one node at a time, and none is cut off by a stop.

use std::time::Duration;

use futures_util::future::BoxFuture;
use storage::account::attempt;
use storage::execution::lapses;
use storage::files::{expire, sweep};
use storage::ledger::checkpoint;
use storage::objects::Objects;
use storage::write::{ROOTS, remove_purged};
use storage::{Result, Store, tasks};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// A periodic task.
#[derive(Clone, Copy)]
struct Task {
    /// Its name, the same on all nodes.
    name: &'static str,
    /// How long after it ended it begins again.
    every: Duration,
    /// Does a part of the work, and answers whether there is more.
    part: fn(Store, Objects) -> BoxFuture<'static, Result<bool>>,
}

const TASKS: [Task; 6] = [
    Task {
        name: "purge",
        every: Duration::from_secs(5),
        part: |store, _| Box::pin(async move { remove_purged(&store, ROOTS).await }),
    },
    Task {
        name: "expire uploads",
        every: Duration::from_mins(1),
        part: |store, _| Box::pin(async move { Ok(expire(&store, EXPIRED).await? == EXPIRED) }),
    },
    Task {
        name: "delete objects",
        every: Duration::from_secs(10),
        part: |store, objects| Box::pin(async move { sweep(&store, &objects).await }),
    },
    Task {
        name: "note audit chains",
        every: Duration::from_mins(1),
        part: |store, _| Box::pin(async move { checkpoint(&store).await.map(|()| false) }),
    },
    Task {
        name: lapses::TASK,
        every: Duration::from_secs(2),
        part: |store, _| Box::pin(async move { lapses::watch(&store).await.map(|()| false) }),
    },
    Task {
        name: "forget attempts",
        every: Duration::from_mins(1),
        part: |store, _| Box::pin(async move { attempt::forget(&store, FORGOTTEN).await }),
    },
];

/// How many uploads expire at a time.
const EXPIRED: u64 = 100;
/// How many counts of attempts are forgotten at a time.
const FORGOTTEN: u64 = 1000;
/// How long a node holds a task before it renews, or another takes it over.
const LEASE: Duration = Duration::from_mins(1);

/// The running tasks.
pub struct Tasks {
    stop: watch::Sender<bool>,
    running: JoinSet<()>,
}

impl Tasks {
    /// Begins to run all tasks.
    pub async fn start(store: &Store, objects: &Objects) -> Result<Self> {
        tasks::register(store, &TASKS.map(|task| task.name)).await?;
        let (stop, stopped) = watch::channel(false);
        let holder = uuid::Uuid::now_v7().to_string();
        let mut running = JoinSet::new();
        for task in TASKS {
            let node = Node {
                store: store.clone(),
                objects: objects.clone(),
                holder: holder.clone(),
                stopped: stopped.clone(),
            };
            running.spawn(node.run(task));
        }
        Ok(Self { stop, running })
    }

    /// Lets every task end the part that it is at, and waits for that.
    pub async fn stop(mut self) {
        // Nobody listens any more when all have ended.
        let _ = self.stop.send(true);
        while self.running.join_next().await.is_some() {}
    }
}

/// This node, as one of its tasks sees it.
struct Node {
    store: Store,
    objects: Objects,
    holder: String,
    stopped: watch::Receiver<bool>,
}

impl Node {
    async fn run(mut self, task: Task) {
        while !*self.stopped.borrow() {
            if let Err(why) = self.turn(task).await {
                tracing::warn!(task = task.name, ?why, "a task could not be run");
            }
            let pause = tokio::time::sleep(task.every);
            tokio::select! {
                () = pause => {}
                _ = self.stopped.changed() => {}
            }
        }
    }

    /// Runs the task if it is due and nobody else runs it.
    async fn turn(&self, task: Task) -> Result<()> {
        if !tasks::take(&self.store, task.name, &self.holder, LEASE).await? {
            return Ok(());
        }
        let done = self.parts(task).await;
        let failed = done.as_ref().err().map(|why| format!("{why:?}"));
        tasks::finish(&self.store, task.name, &self.holder, task.every, failed.as_deref()).await?;
        done
    }

    async fn parts(&self, task: Task) -> Result<()> {
        while (task.part)(self.store.clone(), self.objects.clone()).await? {
            let ours = tasks::renew(&self.store, task.name, &self.holder, LEASE).await?;
            if !ours || *self.stopped.borrow() {
                break;
            }
        }
        Ok(())
    }
}
