//! What pictures show, to whom, and how many statements they cost.

use domain::execution::Run;
use domain::literature::Paper;
use domain::text::Label;
use pictures::{Picture, Subject, Theme};
use serde_json::{Value, json};
use tests::database::Kind;
use tests::names;
use tests::world::user;

use super::{Gallery, curves, gaps, id};

/// The paper, its claims, what was observed of them, by which runs, and what their metrics mean.
const GAPS_COST: u64 = 5;

/// The runs, their series, what their metrics mean, points, and samples of points.
const CURVES_COST: u64 = 5;

fn series(metric: &str, values: &[Value]) -> Value {
    json!({ "metric": metric, "steps": (1..=values.len()).collect::<Vec<_>>(), "values": values })
}

/// A series of so many points.
fn long(metric: &str, points: usize) -> Value {
    let values: Vec<Value> =
        (0..points).map(|at| json!(1.0 / (at.to_string().parse::<f64>().unwrap() + 1.0))).collect();
    series(metric, &values)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paper_shows_the_best_that_was_observed_of_each_claim() {
    for kind in Kind::ALL {
        let Some(gallery) = Gallery::start(kind).await else { continue };
        gallery.paper("apples", 3).await;
        gallery.evaluated("worse", "apples", json!([series("m1", &[json!(1.25)]), series("m2", &[json!(2.5)])])).await;
        gallery.evaluated("better", "apples", json!([series("m1", &[json!(1.375)]), series("m2", &[json!(9)])])).await;
        gallery.evaluated("gone", "apples", json!([series("m1", &[json!(1.5)])])).await;
        gallery.ask("ed", "mutation { deleteRun(input: { id: \"<run:gone>\" }) { deletedId } }", Value::Null).await;
        let answer = gallery.get("vic", &gaps("apples")).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "image/svg+xml; charset=utf-8"));
        for wanted in [
            "Of apples",
            "m1 (apples)",
            "1.5 → 1.375",
            "−0.125",
            "2.5 → 2.5",
            "±0",
            "not observed",
            "Observed by: Run better; Run worse.",
            "Table &lt;1&gt;",
        ] {
            assert!(answer.body.contains(&format!(">{wanted}<")), "{wanted} is missing in\n{}", answer.body);
        }
        assert!(!answer.body.contains("2.5 → 9") && !answer.body.contains("1.25"), "{}", answer.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_that_is_known_is_not_sent_and_runs_nothing() {
    for kind in Kind::ALL {
        let Some(gallery) = Gallery::start(kind).await else { continue };
        for path in [gaps("bert"), curves("running"), format!("{}?theme=dark", gaps("gpt"))] {
            let answer = gallery.get("vic", &path).await;
            assert_eq!(answer.status, 200, "{path}");
            let known = gallery.send("GET", "vic", &path, &[("if-none-match", answer.header("etag"))]).await;
            assert_eq!((known.status, known.body.as_str(), known.header("etag")), (304, "", answer.header("etag")));
            let head = gallery.send("HEAD", "vic", &path, &[]).await;
            assert_eq!((head.status, head.body.as_str(), head.header("etag")), (200, "", answer.header("etag")));
            assert_eq!(head.header("content-length"), answer.body.len().to_string());
            for answer in [&answer, &known, &head] {
                assert_eq!(answer.header("cache-control"), "private, no-cache");
                assert_eq!(answer.header("content-security-policy"), "default-src 'none'; style-src 'unsafe-inline'");
                assert_eq!(answer.header("x-content-type-options"), "nosniff");
            }
            assert_eq!(gallery.get("vic", &path).await.body, answer.body, "the same rows are the same bytes");
        }
        let before = gallery.get("vic", &gaps("bert")).await;
        let change = "mutation { updatePaper(input: { id: \"<paper:bert>\", title: \"ERNIE\" }) { paper { id } } }";
        gallery.ask("ed", change, Value::Null).await;
        let changed = gallery.send("GET", "vic", &gaps("bert"), &[("if-none-match", before.header("etag"))]).await;
        assert_eq!(changed.status, 200);
        assert_ne!(changed.header("etag"), before.header("etag"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_hidden_answers_like_what_is_not_there() {
    for kind in Kind::ALL {
        let Some(gallery) = Gallery::start(kind).await else { continue };
        let absent = gallery.get("vic", &gaps("nothing")).await;
        assert_eq!(absent.status, 404);
        let beside = |run: &str| format!("{}?run={}", curves("running"), id::<Run>(run));
        for (who, path) in [
            ("vic", gaps("beta-gpt")),
            ("vic", gaps("dropped")),
            ("stranger", gaps("bert")),
            ("pen", gaps("bert")),
            ("vic", "/papers/nonsense/gaps.svg".to_owned()),
            ("vic", format!("/papers/{}/gaps.svg", id::<Run>("running"))),
            ("vic", curves("nothing")),
            ("vic", curves("beta")),
            ("vic", curves("dropped")),
            ("bob", curves("running")),
            ("vic", beside("beta")),
            ("vic", beside("nothing")),
            ("vic", beside("dropped")),
            ("vic", format!("{}?run=nonsense", curves("running"))),
        ] {
            let answer = gallery.get(who, &path).await;
            assert_eq!((answer.status, &answer.body), (404, &absent.body), "{who} {path}");
        }
        for path in [gaps("bert"), gaps("nothing"), curves("running")] {
            assert_eq!(gallery.get("nobody", &path).await.status, 401, "{path}");
        }
        for path in [
            format!("{}?theme=pink", gaps("bert")),
            format!("{}?metric=", curves("running")),
            format!("{}?{}", curves("running"), ["metric=a"; 7].join("&")),
            format!(
                "{}?{}",
                curves("running"),
                (0..6).map(|at| format!("run={}&", id::<Run>(&at.to_string()))).collect::<String>()
            ),
        ] {
            assert_eq!(gallery.get("vic", &path).await.status, 400, "{path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn curves_break_where_a_value_is_not_finite_and_long_ones_are_sampled() {
    for kind in Kind::ALL {
        let Some(gallery) = Gallery::start(kind).await else { continue };
        let odd = [json!(3), json!(2), json!("NaN"), json!("Infinity"), json!(1), json!(0.5), json!("-Infinity")];
        gallery.run("odd", "bert", json!([series("loss", &odd), long("accuracy", 20_000)])).await;
        gallery.run("even", "bert", json!([long("accuracy", 10)])).await;
        let all = gallery.get("vic", &curves("odd")).await.body;
        for wanted in ["Run odd", "Loss", "Our accuracy (%)", "step", "3 values are not finite: the lines break there."]
        {
            assert!(all.contains(&format!(">{wanted}<")), "{wanted} is missing in\n{all}");
        }
        assert_eq!(all.matches("<path ").count(), 3, "two pieces, and the other metric");
        assert!(!all.contains("NaN") && !all.contains("inf") && all.len() < 30_000, "{} bytes", all.len());
        let one = gallery.get("vic", &format!("{}?metric=loss", curves("odd"))).await.body;
        assert!(one.contains(">Loss<") && !one.contains("accuracy"), "{one}");
        let beside = format!("{}?run={}&metric=accuracy", curves("odd"), id::<Run>("even"));
        let both = gallery.get("vic", &beside).await.body;
        assert!(both.contains(">Run odd<") && both.contains(">Run even<"), "{both}");
        let none = gallery.get("vic", &format!("{}?metric=nothing", curves("odd"))).await.body;
        assert!(none.contains("There are no points yet"), "{none}");
    }
}

/// How many statements a picture costs for vic.
async fn cost(gallery: &Gallery, of: Subject) -> u64 {
    let reader = gallery.app.store.reader(gallery.app.viewer(user("vic")).await, None);
    let svg = Picture { of, theme: Theme::Preferred }.draw(&reader).await.unwrap();
    assert!(svg.is_some());
    reader.meter().statements()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_of_much_costs_as_many_statements_as_one_of_little() {
    for kind in Kind::ALL {
        let Some(gallery) = Gallery::start(kind).await else { continue };
        for (name, claims) in [("little", 1), ("much", 40)] {
            gallery.paper(name, claims).await;
            let of_run = |at| (1..=claims).map(|metric| long(&format!("m{metric}"), at)).collect::<Vec<_>>();
            for at in 0..3 {
                gallery.evaluated(&format!("{name}-{at}"), name, json!(of_run(1 + at * 500))).await;
            }
            assert_eq!(cost(&gallery, Subject::Gaps(names::id::<Paper>(name))).await, GAPS_COST, "{name} on {kind:?}");
        }
        let run = |name: &str| names::id::<Run>(name);
        let metrics = |most: usize| (1..=most).map(|at| Label::try_new(format!("m{at}")).unwrap()).collect::<Vec<_>>();
        let few = Subject::curves(run("little-0"), &[run("little-2")], metrics(1)).unwrap();
        let many = ["little-0", "little-1", "little-2", "much-0", "much-1"].map(run);
        let many = Subject::curves(run("much-2"), &many, metrics(6)).unwrap();
        assert_eq!((cost(&gallery, few).await, cost(&gallery, many).await), (CURVES_COST, CURVES_COST), "on {kind:?}");
    }
}
