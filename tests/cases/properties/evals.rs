//! Evals of doubles that nobody chose: the gaps are those of the formula, bit by bit, as they are answered and as they are
//! kept, and a gap that no double holds is refused.

use domain::Id;
use domain::execution::Run;
use domain::literature::Paper;
use domain::project::Project;
use serde_json::{Value, json};
use tests::app::App;
use tests::database::Kind;
use tests::dice::Dice;
use tests::names;
use tests::world::{World, user};
use uuid::Uuid;

use super::config;

const IMPORT: &str = r#"mutation($paper: ID!, $project: ID!, $run: ID!) {
    createPaper(input: { id: $paper, projectId: $project, title: "Numbers" }) { paper { id } }
    importRun(input: {
        run: { id: $run, subject: { experiment: { projectId: $project, paperId: $paper } }, name: "Numbers" },
        status: SUCCEEDED, startedAt: "2025-01-01T00:00:00Z", endedAt: "2025-01-01T00:01:00Z" }) { run { id } } }"#;
const RECORD: &str =
    "mutation($run: ID!, $metric: String!, $claimed: Float!, $observed: Float!, $direction: Direction!) {
    recordEval(input: { runId: $run, metricName: $metric, claimed: $claimed, observed: $observed, tolerance: 1e-3,
        direction: $direction }) { eval { metricName claimed observed gapAbs gapPercent verdict } } }";
const FILL: &str = "mutation($run: ID!, $claims: [CreateClaimInput!]!, $series: [SeriesLogInput!]!) {
    createClaims(input: { claims: $claims }) { claims { id } }
    logSeries(input: { runId: $run, batchId: \"all\", series: $series }) { replayed } }";
const EVALUATE: &str = "mutation($run: ID!) { evaluateRun(input: { id: $run }) {
    evals { metricName claimed observed gapAbs gapPercent verdict } skipped { claim { metricName } reason } } }";
const KEPT: &str = "query($run: ID!) { run(id: $run) { evals(first: 200, orderBy: METRIC_NAME_ASC) {
    nodes { metricName claimed observed gapAbs gapPercent verdict } } } }";

/// Numbers at which formulas break.
const EDGES: [f64; 16] = [
    0.0,
    -0.0,
    5e-324,
    -5e-324,
    f64::MIN_POSITIVE,
    2.2e-308,
    -1e-300,
    1e-9,
    9.999_999_999_999_999e-10,
    -1e-9,
    0.1,
    1.0,
    1e300,
    -1e308,
    f64::MAX,
    f64::MIN,
];

/// A double: an edge, any at all, a number as papers have it, or one right beside another.
fn double(dice: &mut Dice, beside: f64) -> f64 {
    let double = match dice.roll(4) {
        0 => EDGES[dice.roll(EDGES.len())],
        1 => f64::from(u32::try_from(dice.roll(2_000_000)).unwrap()) / 1e4 - 100.0,
        2 if beside.is_normal() => f64::from_bits(beside.to_bits() + 1),
        _ => dice.double(),
    };
    if double.is_finite() { double } else { 0.5 }
}

/// What an eval should say, by the formula as it is stated.
fn expected(claimed: f64, observed: f64, minimize: bool) -> Option<(f64, f64, &'static str)> {
    let gap_abs = observed - claimed;
    let gap_percent = gap_abs / f64::max(claimed.abs(), 1e-9) * 100.0;
    let g = if minimize { -gap_abs } else { gap_abs };
    let verdict = match g {
        g if g > 1e-3 => "EXCEEDED",
        g if g >= 0.0 => "REPRODUCED",
        g if g >= -1e-3 => "WITHIN_TOLERANCE",
        _ => "NOT_REPRODUCED",
    };
    (gap_abs.is_finite() && gap_percent.is_finite()).then_some((gap_abs, gap_percent, verdict))
}

fn assert_eval(eval: &Value, (claimed, observed): (f64, f64), (gap_abs, gap_percent): (f64, f64), place: &str) {
    let found = ["claimed", "observed", "gapAbs", "gapPercent"].map(|name| eval[name].as_f64().unwrap().to_bits());
    // There is one zero.
    let wanted = [claimed, observed, gap_abs, gap_percent].map(|number| (number + 0.0).to_bits());
    assert_eq!(found, wanted, "{claimed:e} {observed:e} {place}: {eval}");
}

async fn ask(app: &App, query: &str, variables: Value) -> Value {
    let (answer, _) = app.ask(user("ed"), query, variables).await;
    serde_json::to_value(&answer).unwrap()
}

/// A run of a new paper, which has succeeded.
async fn run(app: &App) -> (String, String) {
    let id = || Uuid::now_v7();
    let run = Id::<Run>::try_new(id()).unwrap().to_string();
    let paper = Id::<Paper>::try_new(id()).unwrap().to_string();
    let project = names::id::<Project>("alpha").to_string();
    let answer = ask(app, IMPORT, json!({ "paper": paper, "project": project, "run": run })).await;
    assert!(answer["errors"].is_null(), "{answer}");
    (run, paper)
}

#[tokio::test]
async fn recorded_evals_have_the_gaps_of_the_formula_bit_by_bit() {
    let pairs = usize::try_from(config(10_000).cases).unwrap();
    for kind in Kind::ALL {
        let Some(app) = World::TwoProjects.start(kind).await else { continue };
        let mut dice = Dice::new(5);
        let (mut at, mut refused) = ((String::new(), Vec::new()), 0);
        for pair in 0..pairs {
            if pair % 150 == 0 {
                at = (run(&app).await.0, Vec::new());
            }
            let claimed = double(&mut dice, 1.0);
            let observed = double(&mut dice, claimed);
            let minimize = dice.once_in(2);
            let direction = if minimize { "MINIMIZE" } else { "MAXIMIZE" };
            let metric = format!("m{:03}", pair % 150);
            let variables = json!({ "run": at.0, "metric": metric, "claimed": claimed, "observed": observed, "direction": direction });
            let answer = ask(&app, RECORD, variables).await;
            let Some((gap_abs, gap_percent, verdict)) = expected(claimed, observed, minimize) else {
                let error = &answer["errors"][0]["extensions"];
                assert_eq!(error["code"], "BAD_USER_INPUT", "{claimed:e} {observed:e}: {answer}");
                assert_eq!(error["violations"][0]["rule"], "overflow", "{answer}");
                refused += 1;
                continue;
            };
            let eval = &answer["data"]["recordEval"]["eval"];
            assert!(answer["errors"].is_null(), "{claimed:e} {observed:e} on {kind:?}: {answer}");
            assert_eval(eval, (claimed, observed), (gap_abs, gap_percent), "answered");
            assert_eq!(eval["verdict"], verdict, "{eval}");
            at.1.push(((claimed, observed), (gap_abs, gap_percent)));
            if at.1.len() % 50 == 0 || pair + 1 == pairs {
                let kept = ask(&app, KEPT, json!({ "run": at.0 })).await["data"]["run"]["evals"]["nodes"].clone();
                let kept = kept.as_array().unwrap();
                assert_eq!(kept.len(), at.1.len());
                for (eval, (values, gaps)) in kept.iter().zip(&at.1) {
                    assert_eval(eval, *values, *gaps, &format!("kept on {kind:?}"));
                }
            }
        }
        assert!(refused > 0, "no overflow was tried");
    }
}

#[tokio::test]
async fn evaluated_runs_have_the_gaps_of_the_formula_bit_by_bit() {
    const METRICS: usize = 100;
    let rounds = usize::try_from(config(100).cases).unwrap();
    for kind in Kind::ALL {
        let Some(app) = World::TwoProjects.start(kind).await else { continue };
        let mut dice = Dice::new(6);
        for _ in 0..rounds {
            let (run, paper) = run(&app).await;
            let metric = |at: usize| format!("m{at:03}");
            let mut pairs = Vec::new();
            for _ in 0..METRICS {
                let claimed = double(&mut dice, 1.0);
                pairs.push((claimed, double(&mut dice, claimed)));
            }
            let claim = |(at, (claimed, _)): (usize, &(f64, f64))| json!({ "paperId": paper, "metricName": metric(at), "metricValue": claimed, "sourceCitation": "p.1", "confidence": 1 });
            let series = |(at, (_, observed)): (usize, &(f64, f64))| json!({ "metric": metric(at), "steps": [1], "values": [observed] });
            let claims: Vec<_> = pairs.iter().enumerate().map(claim).collect();
            let series: Vec<_> = pairs.iter().enumerate().map(series).collect();
            let filled = ask(&app, FILL, json!({ "run": run, "claims": claims, "series": series })).await;
            assert!(filled["errors"].is_null(), "{filled}");
            let answer = ask(&app, EVALUATE, json!({ "run": run })).await;
            assert!(answer["errors"].is_null(), "{kind:?}: {answer}");
            let evaluated = &answer["data"]["evaluateRun"];
            let kept = ask(&app, KEPT, json!({ "run": run })).await["data"]["run"]["evals"]["nodes"].clone();
            for evals in [&evaluated["evals"], &kept] {
                let mut evals = evals.as_array().unwrap().iter();
                for (at, (claimed, observed)) in pairs.iter().enumerate() {
                    let Some((gap_abs, gap_percent, _)) = expected(*claimed, *observed, false) else { continue };
                    let eval = evals.next().unwrap();
                    assert_eq!(eval["metricName"], metric(at));
                    assert_eval(eval, (*claimed, *observed), (gap_abs, gap_percent), &format!("on {kind:?}"));
                }
                assert_eq!(evals.next(), None);
            }
            let far = pairs.iter().filter(|(claimed, observed)| expected(*claimed, *observed, false).is_none()).count();
            let skipped = evaluated["skipped"].as_array().unwrap();
            assert!(skipped.len() == far && skipped.iter().all(|claim| claim["reason"] == "TOO_FAR"), "{skipped:?}");
        }
    }
}
