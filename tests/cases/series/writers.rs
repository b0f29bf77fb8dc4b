//! Writers in opposite orders never wait for each other for ever, and batches and events have no gaps.

use std::sync::Arc;

use serde_json::json;
use tests::database::Kind;

use super::{Runs, id};

#[tokio::test(flavor = "multi_thread")]
async fn writers_in_opposite_orders_never_deadlock() {
    for kind in Kind::ALL {
        let Some(runs) = Runs::start(kind, &["one", "two"]).await else { continue };
        let runs = Arc::new(runs);
        let writers: Vec<_> = (0..8_usize)
            .map(|writer| {
                let runs = Arc::clone(&runs);
                tokio::spawn(async move {
                    for round in 0..5 {
                        let step = writer * 100 + round + 1;
                        let series =
                            |metric: &str| json!({ "metric": metric, "steps": [step, 0], "values": [writer, round] });
                        let (mut batch, mut order) = (vec![series("a"), series("b"), series("c")], ["one", "two"]);
                        if writer % 2 == 0 {
                            batch.reverse();
                            order.reverse();
                        }
                        for run in order {
                            assert!(!runs.log(run, &format!("{writer} {round}"), json!(batch)).await);
                        }
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap();
        }
        for run in ["one", "two"] {
            let query = "query($r: ID!) { run(id: $r) { progress { lastBatch } batches(first: 100) { nodes { number } }
                series { nodes { count } } } }";
            let found = runs.data(query, json!({ "r": id(run) })).await["run"].clone();
            let numbers: Vec<_> =
                found["batches"]["nodes"].as_array().unwrap().iter().map(|b| b["number"].clone()).collect();
            assert_eq!(json!(numbers), json!((1..=40).collect::<Vec<_>>()), "{kind:?}");
            assert_eq!(found["series"]["nodes"], json!([{ "count": 41 }, { "count": 41 }, { "count": 41 }]));
        }
    }
}
