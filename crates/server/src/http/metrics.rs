//! What Prometheus is told: how many requests there were, how long they took, and what they cost the database. Labels
//! are routes and codes, never what a client chose.

use std::sync::OnceLock;
use std::time::Duration;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, StatusCode};
use axum::response::IntoResponse;
use graphql::Metered;
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use sea_orm_migration::sea_orm::{DatabaseConnection, DbBackend};
use storage::Dialect;

use super::App;

const REQUESTS: &str = "reprograph_http_requests_total";
const SECONDS: &str = "reprograph_http_request_seconds";
const RUNNING: &str = "reprograph_http_requests_running";
const STATEMENTS: &str = "reprograph_graphql_statements";
const SQL_SECONDS: &str = "reprograph_graphql_sql_seconds";
const UPLOADED: &str = "reprograph_uploaded_bytes_total";
const OPEN: &str = "reprograph_database_connections_open";
const IDLE: &str = "reprograph_database_connections_idle";
const TURNED_AWAY: &str = "reprograph_connections_turned_away_total";
const BUILD: &str = "reprograph_build_info";

const SECOND_BUCKETS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];
const STATEMENT_BUCKETS: [f64; 9] = [0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0];

/// The counters of this process.
#[derive(Clone)]
pub struct Metrics(PrometheusHandle);

impl Metrics {
    /// The counters; the first call of a process starts them.
    pub fn start() -> Self {
        static STARTED: OnceLock<PrometheusHandle> = OnceLock::new();
        Self(STARTED.get_or_init(start).clone())
    }

    /// Folds what was counted together, which has to happen now and then even if nobody looks.
    pub fn tidy(&self) {
        self.0.run_upkeep();
    }
}

fn start() -> PrometheusHandle {
    let buckets = |builder: PrometheusBuilder, name: &str, buckets: &[f64]| {
        // Buckets are refused only when there are none.
        builder.set_buckets_for_metric(Matcher::Full(name.into()), buckets).unwrap_or_default()
    };
    let builder = buckets(PrometheusBuilder::new(), SECONDS, &SECOND_BUCKETS);
    let builder = buckets(builder, SQL_SECONDS, &SECOND_BUCKETS);
    let recorder = buckets(builder, STATEMENTS, &STATEMENT_BUCKETS).build_recorder();
    let handle = recorder.handle();
    // Another recorder of this process would count in place of ours.
    if metrics::set_global_recorder(recorder).is_err() {
        tracing::warn!("the counters are kept elsewhere: /metrics stays empty");
    }
    describe_counter!(REQUESTS, "Requests answered.");
    describe_histogram!(SECONDS, "How long requests took, until their answer began.");
    describe_gauge!(RUNNING, "Requests that are being answered.");
    describe_histogram!(STATEMENTS, "SQL statements of a GraphQL request.");
    describe_histogram!(SQL_SECONDS, "How long the SQL statements of a GraphQL request took.");
    describe_counter!(UPLOADED, "Bytes of uploads that were kept.");
    describe_counter!(TURNED_AWAY, "Connections for which there was no place.");
    describe_gauge!(OPEN, "Open connections to the database.");
    describe_gauge!(IDLE, "Open connections to the database that nobody uses.");
    describe_gauge!(BUILD, "1, with the program's version.");
    gauge!(BUILD, "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    handle
}

/// A request that is being answered.
pub(crate) struct Watched {
    method: &'static str,
}

impl Watched {
    pub(crate) fn begin(method: &Method) -> Self {
        gauge!(RUNNING).increment(1.0);
        Self { method: name(method) }
    }

    pub(crate) fn end(self, route: &str, status: StatusCode, took: Duration) {
        let (method, route) = (self.method, route.to_owned());
        counter!(REQUESTS, "method" => method, "route" => route.clone(), "status" => status.as_u16().to_string())
            .increment(1);
        histogram!(SECONDS, "method" => method, "route" => route).record(took.as_secs_f64());
    }
}

impl Drop for Watched {
    // A client that went away drops its request: it runs no longer either.
    fn drop(&mut self) {
        gauge!(RUNNING).decrement(1.0);
    }
}

fn name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

pub(crate) fn executed(metered: Metered) {
    let statements = u32::try_from(metered.statements).unwrap_or(u32::MAX);
    histogram!(STATEMENTS).record(f64::from(statements));
    histogram!(SQL_SECONDS).record(metered.time.as_secs_f64());
}

pub(crate) fn uploaded(bytes: u64) {
    counter!(UPLOADED).increment(bytes);
}

pub(crate) fn turned_away() {
    counter!(TURNED_AWAY).increment(1);
}

/// The counters, as Prometheus reads them.
pub(crate) async fn show(State(app): State<App>) -> impl IntoResponse {
    let metrics = Metrics::start();
    let pools = app.parts().store.pools();
    match pools.dialect() {
        Dialect::Sqlite => {
            show_pool("readers", pools.lanes().unwrap_or_else(|| count(pools.readers())));
            show_pool("writer", count(pools.writer()));
        }
        Dialect::Postgres => show_pool("all", count(pools.writer())),
    }
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], metrics.0.render())
}

/// How many connections of a pool are open, and how many of them idle.
fn count(pool: &DatabaseConnection) -> (u32, usize) {
    if pool.get_database_backend() == DbBackend::Sqlite {
        let pool = pool.get_sqlite_connection_pool();
        (pool.size(), pool.num_idle())
    } else {
        let pool = pool.get_postgres_connection_pool();
        (pool.size(), pool.num_idle())
    }
}

fn show_pool(name: &'static str, (open, idle): (u32, usize)) {
    gauge!(OPEN, "pool" => name).set(f64::from(open));
    gauge!(IDLE, "pool" => name).set(f64::from(u32::try_from(idle).unwrap_or(u32::MAX)));
}
