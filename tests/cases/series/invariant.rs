//! A quantity that passes its limit again and again costs as many statements as one that does so once, and tells no more
//! than a thousand times a batch.

use serde_json::{Value, json};
use tests::database::Kind;
use tests::world::user;

use super::{LOG, Runs, id};

const TOLD: &str = "query($r: ID!) { run(id: $r) {
    eventLogs(filter: { eventType: { eq: INVARIANT_FAILED } }, orderBy: POSITION_DESC, first: 1) { totalCount nodes { payload } }
    errorLogs(filter: { errorType: { eq: INVARIANT_VIOLATION } }) { totalCount } } }";

/// A series that passes the limit at every other step.
fn restless(split: &str, count: usize) -> Value {
    let steps: Vec<_> = (0..count).collect();
    let values: Vec<_> = steps.iter().map(|step| 1 + step % 2).collect();
    json!({ "metric": "total_energy", "split": split, "steps": steps, "values": values })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quantity_that_passes_its_limit_again_and_again_is_told_of_so_often_and_no_more() {
    for kind in Kind::ALL {
        let Some(runs) = Runs::start(kind, &["once", "often"]).await else { continue };
        let mut costs = Vec::new();
        for (run, count) in [("once", 2), ("often", 4_000)] {
            let series = json!([restless("left", count), restless("right", count)]);
            let (answer, metered) =
                runs.app.ask(user("ed"), LOG, json!({ "r": id(run), "b": "all", "s": series })).await;
            assert!(answer.errors.is_empty(), "{:?}", answer.errors);
            costs.push(metered.statements);
        }
        assert_eq!(costs[0], costs[1], "{kind:?}");
        for (run, told, more) in [("once", 2, Value::Null), ("often", 1000, json!(1500))] {
            let found = runs.data(TOLD, json!({ "r": id(run) })).await["run"].clone();
            assert_eq!(found["eventLogs"]["totalCount"], told, "{run} on {kind:?}");
            assert_eq!(found["errorLogs"]["totalCount"], told, "{run} on {kind:?}");
            assert_eq!(found["eventLogs"]["nodes"][0]["payload"]["more"], more, "{run} on {kind:?}");
        }
    }
}
