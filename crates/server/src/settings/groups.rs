//! The settings, each with its sentence, its name, its form and its default. Flags, environment, file and
//! documentation are all made from these structs.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Args, ValueEnum, value_parser};
use domain::Secret;
use domain::account::GroupRule;
use domain::text::Issuer;
use ipnet::IpNet;
use lettre::message::Mailbox;
use url::Url;

use super::value::{ObjectsPlace, endpoint, filter, network, secret, size, span};
use crate::public_url::PublicUrl;

/// How the server is reached, and how long it takes its time.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Server")]
pub struct ServerSettings {
    /// The address and port that the server listens on.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// The address under which clients reach the server, with its path when a proxy adds one. Without it, the address
    /// that it listens on.
    #[arg(long, value_name = "URL")]
    pub public_url: Option<PublicUrl>,
    /// The networks of the proxies whose X-Forwarded-For is believed.
    #[arg(long, value_name = "NETWORK,…", value_delimiter = ',', value_parser = network, action = ArgAction::Append)]
    pub trusted_proxies: Vec<IpNet>,
    /// An address and port of its own for /metrics. Without it, /metrics is on the main one.
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub metrics_listen: Option<SocketAddr>,
    /// How many connections there may be at once. The limit of open files is raised as far as the system lets it be, and
    /// leaves fewer where it is lower.
    #[arg(long, value_name = "COUNT", default_value_t = 20_000, value_parser = value_parser!(u32).range(1..=1_000_000))]
    pub max_connections: u32,
    /// How many of them one client may have: an address, or of IPv6 a /64. The trusted proxies, and what runs on the same
    /// machine, are not counted.
    #[arg(long, value_name = "COUNT", default_value_t = 1000, value_parser = value_parser!(u32).range(1..=1_000_000))]
    pub max_connections_per_client: u32,
    /// How large the body of a GraphQL request may be. Of somebody who is not signed in it may have 64 KiB at most.
    #[arg(long, value_name = "SIZE", default_value = "16MiB", value_parser = size)]
    pub max_request_bytes: u64,
    /// How long a request may take, uploads and downloads apart.
    #[arg(long, value_name = "SPAN", default_value = "60s", value_parser = span)]
    pub request_timeout: Duration,
    /// How long a client on a websocket may take to read an answer before its connection is closed.
    #[arg(long, value_name = "SPAN", default_value = "30s", value_parser = span)]
    pub slow_client_timeout: Duration,
    /// How long running requests may go on when the server is told to stop.
    #[arg(long, value_name = "SPAN", default_value = "30s", value_parser = span)]
    pub shutdown_grace: Duration,
    /// Whether starting the server migrates a PostgreSQL database. A SQLite database is always migrated, after it was
    /// copied aside.
    #[arg(long, value_name = "true|false", default_value_t = false, default_missing_value = "true", num_args = 0..=1,
        require_equals = true, action = ArgAction::Set)]
    pub migrate: bool,
}

/// Where the database is, and how it is used.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Database")]
pub struct DatabaseSettings {
    /// The database: `sqlite://FILE`, which is made when it is missing, or `postgres://USER:PASSWORD@HOST/NAME`.
    #[arg(long, value_name = "URL", default_value = "sqlite://reprograph.db", value_parser = secret)]
    pub database_url: Option<Secret<String>>,
    /// A file that holds the database's URL.
    #[arg(long, value_name = "FILE")]
    pub database_url_file: Option<PathBuf>,
    /// The PostgreSQL database past its connection pooler, for migrations and LISTEN. Without it, the database's URL.
    #[arg(long, value_name = "URL", value_parser = secret)]
    pub database_direct_url: Option<Secret<String>>,
    /// A file that holds the URL past the pooler.
    #[arg(long, value_name = "FILE")]
    pub database_direct_url_file: Option<PathBuf>,
    /// How many connections are open at most; on SQLite, how many readers beside the one writer, and no more than two for
    /// each processor, or four.
    #[arg(long, value_name = "COUNT", default_value_t = 16, value_parser = value_parser!(u32).range(1..=1000))]
    pub pool_size: u32,
    /// How long one statement may take; on SQLite, one that reads.
    #[arg(long, value_name = "SPAN", default_value = "30s", value_parser = span)]
    pub statement_timeout: Duration,
    /// How long a statement waits for a lock.
    #[arg(long, value_name = "SPAN", default_value = "10s", value_parser = span)]
    pub lock_timeout: Duration,
    /// After which time a PostgreSQL connection that nobody uses is closed.
    #[arg(long, value_name = "SPAN", default_value = "10m", value_parser = span)]
    pub idle_timeout: Duration,
    /// How long a request waits for a connection.
    #[arg(long, value_name = "SPAN", default_value = "30s", value_parser = span)]
    pub acquire_timeout: Duration,
    /// How connections to PostgreSQL are encrypted. Without it, the sslmode of the URL, or else prefer.
    #[arg(long, value_name = "MODE")]
    pub database_tls: Option<TlsMode>,
    /// A file with the root certificate that PostgreSQL's certificate must come from.
    #[arg(long, value_name = "FILE")]
    pub database_tls_root: Option<PathBuf>,
}

/// How connections to PostgreSQL are encrypted, as libpq's `sslmode` has it.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
#[value(rename_all = "kebab-case")]
pub enum TlsMode {
    /// Never.
    Disable,
    /// Only when the server insists.
    Allow,
    /// When the server can.
    Prefer,
    /// Always, without looking at the certificate.
    Require,
    /// Always, with a certificate from the given root.
    VerifyCa,
    /// Always, with a certificate from the given root for that host.
    VerifyFull,
}

impl TlsMode {
    /// The mode's name, as libpq has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Allow => "allow",
            Self::Prefer => "prefer",
            Self::Require => "require",
            Self::VerifyCa => "verify-ca",
            Self::VerifyFull => "verify-full",
        }
    }
}

/// Where uploaded files are kept, and how large they may be.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Files")]
pub struct FileSettings {
    /// Where files are kept: a folder, `file:///FOLDER`, or `s3://BUCKET/FOLDER`. Without it, a folder beside the SQLite
    /// database, named like it: reprograph-files.
    #[arg(long, value_name = "PLACE")]
    pub objects: Option<ObjectsPlace>,
    /// The address of S3-compatible storage. Without it, Amazon's of the region.
    #[arg(long, value_name = "URL", value_parser = endpoint)]
    pub s3_endpoint: Option<Url>,
    /// The region of the bucket.
    #[arg(long, value_name = "NAME", default_value = "us-east-1")]
    pub s3_region: String,
    /// The id of the access key. Without it, the credentials that the machine itself has.
    #[arg(long, value_name = "ID")]
    pub s3_key_id: Option<String>,
    /// The secret of the access key.
    #[arg(long, value_name = "SECRET", value_parser = secret)]
    pub s3_secret: Option<Secret<String>>,
    /// A file that holds the secret of the access key.
    #[arg(long, value_name = "FILE")]
    pub s3_secret_file: Option<PathBuf>,
    /// Whether the bucket stands in the path of an address rather than in its host.
    #[arg(long, value_name = "true|false", default_value_t = true, default_missing_value = "true", num_args = 0..=1,
        require_equals = true, action = ArgAction::Set)]
    pub s3_path_style: bool,
    /// Whether the storage may be spoken to without TLS.
    #[arg(long, value_name = "true|false", default_value_t = false, default_missing_value = "true", num_args = 0..=1,
        require_equals = true, action = ArgAction::Set)]
    pub s3_allow_http: bool,
    /// How large an uploaded file may be.
    #[arg(long, value_name = "SIZE", default_value = "2GiB", value_parser = size)]
    pub max_upload_bytes: u64,
    /// How long an upload waits for the mutation that claims it.
    #[arg(long, value_name = "SPAN", default_value = "24h", value_parser = span)]
    pub upload_expires_after: Duration,
}

/// The key of the audit chain.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Audit")]
pub struct AuditSettings {
    /// The key of the audit chain: 64 hex digits, the same for all nodes. Without it, on SQLite, a key that the first
    /// start makes in a file beside the database, named like it: reprograph.audit-key.
    #[arg(long, value_name = "KEY", value_parser = secret)]
    pub audit_key: Option<Secret<String>>,
    /// A file that holds the key of the audit chain.
    #[arg(long, value_name = "FILE")]
    pub audit_key_file: Option<PathBuf>,
}

/// How people sign in.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Signing in")]
pub struct SignInSettings {
    /// The key that signs tokens and links: 64 hex digits, the same for all nodes. Without it, a key that the first start
    /// makes in a file, beside a SQLite database and named like it: reprograph.signing-key.
    #[arg(long, value_name = "KEY", value_parser = secret)]
    pub signing_key: Option<Secret<String>>,
    /// A file that holds the key that signs tokens.
    #[arg(long, value_name = "FILE")]
    pub signing_key_file: Option<PathBuf>,
    /// The key that signed tokens and links before: they hold until they end.
    #[arg(long, value_name = "KEY", value_parser = secret)]
    pub previous_signing_key: Option<Secret<String>>,
    /// A file that holds the key that signed tokens before.
    #[arg(long, value_name = "FILE")]
    pub previous_signing_key_file: Option<PathBuf>,
    /// How long a sign-in holds that nobody uses.
    #[arg(long, value_name = "SPAN", default_value = "7d", value_parser = span)]
    pub sign_in_idle: Duration,
    /// How long a sign-in holds at most.
    #[arg(long, value_name = "SPAN", default_value = "30d", value_parser = span)]
    pub sign_in_most: Duration,
}

/// Who comes in.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Accounts")]
pub struct AccountSettings {
    /// Who may make an account for themself: nobody, whoever was invited, whoever reads mail at one of the registration
    /// domains, or everybody. Administrators make accounts in any case.
    #[arg(long, value_name = "WHO", default_value = "invite")]
    pub registration: RegistrationMode,
    /// The domains of those who may register, where registration is by domain.
    #[arg(long, value_name = "DOMAIN,…", value_delimiter = ',', action = ArgAction::Append)]
    pub registration_domains: Vec<String>,
    /// Whether people sign in with passwords.
    #[arg(long, value_name = "true|false", default_value_t = true, default_missing_value = "true", num_args = 0..=1,
        require_equals = true, action = ArgAction::Set)]
    pub password_sign_in: bool,
    /// How long the link works that shows whose an e-mail address is.
    #[arg(long, value_name = "SPAN", default_value = "24h", value_parser = span)]
    pub verification_works: Duration,
    /// How long the link works by which a new password is chosen.
    #[arg(long, value_name = "SPAN", default_value = "1h", value_parser = span)]
    pub reset_works: Duration,
    /// How long an invitation works.
    #[arg(long, value_name = "SPAN", default_value = "7d", value_parser = span)]
    pub invitation_works: Duration,
}

/// Who may make an account for themself.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegistrationMode {
    /// Nobody.
    Closed,
    /// Whoever was invited.
    Invite,
    /// Whoever reads mail at one of the registration domains.
    Domain,
    /// Everybody.
    Open,
}

/// Where else people sign in: at a provider that speaks OIDC.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Signing in elsewhere")]
pub struct OidcSettings {
    /// The address that the provider issues tokens under. With it, `/sign-in/oidc` signs browsers in there.
    #[arg(long, value_name = "URL")]
    pub oidc_issuer: Option<Issuer>,
    /// What this server is called at the provider.
    #[arg(long, value_name = "ID")]
    pub oidc_client_id: Option<String>,
    /// The secret of this server at the provider.
    #[arg(long, value_name = "SECRET", value_parser = secret)]
    pub oidc_client_secret: Option<Secret<String>>,
    /// A file that holds the secret of this server at the provider.
    #[arg(long, value_name = "FILE")]
    pub oidc_client_secret_file: Option<PathBuf>,
    /// What is asked for beside `openid`.
    #[arg(long, value_name = "SCOPE,…", value_delimiter = ',', default_value = "email,profile", action = ArgAction::Append)]
    pub oidc_scopes: Vec<String>,
    /// The claim that names the groups that somebody is in.
    #[arg(long, value_name = "NAME", default_value = "groups")]
    pub oidc_groups_claim: String,
    /// What groups give: a role, `admins=ADMIN`, or a part in a project by its slug, `lab=sentiment:EDITOR`. Of the projects
    /// named here the provider alone decides who is a member, their owners apart; likewise of roles, where one is named.
    #[arg(long, value_name = "GROUP=ROLE,…", value_delimiter = ',', action = ArgAction::Append)]
    pub oidc_groups: Vec<GroupRule>,
}

/// How mail is sent.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Mail")]
pub struct MailSettings {
    /// The mail server: `smtps://USER:PASSWORD@HOST`, or `smtp://USER:PASSWORD@HOST:PORT?tls=required`. Without it no mail
    /// is sent, and administrators make links. Its certificate is trusted as the system does.
    #[arg(long, value_name = "URL", value_parser = secret)]
    pub smtp_url: Option<Secret<String>>,
    /// A file that holds the URL of the mail server.
    #[arg(long, value_name = "FILE")]
    pub smtp_url_file: Option<PathBuf>,
    /// Whom mail comes from: `reprograph@example.org`, or `Reprograph <reprograph@example.org>`.
    #[arg(long, value_name = "ADDRESS")]
    pub mail_from: Option<Mailbox>,
}

/// How much clients may ask for. What is chosen here holds for each node by itself.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Limits")]
pub struct LimitSettings {
    /// How large the document of a request may be, its variables apart.
    #[arg(long, value_name = "SIZE", default_value = "256KiB", value_parser = size)]
    pub max_document_bytes: u64,
    /// How many values each user, each key, and each client that is not signed in may ask for at once; 0 for any number.
    #[arg(long, value_name = "COUNT", default_value_t = 20_000_000, value_parser = value_parser!(u64).range(..=MOST))]
    pub cost_at_once: u64,
    /// How many of these values come back in a second.
    #[arg(long, value_name = "COUNT", default_value_t = 2_000_000, value_parser = value_parser!(u64).range(1..=MOST))]
    pub cost_per_second: u64,
    /// How many points and events each may write at once; 0 for any number.
    #[arg(long, value_name = "COUNT", default_value_t = 20_000_000, value_parser = value_parser!(u64).range(..=MOST))]
    pub ingest_at_once: u64,
    /// How many of these points and events come back in a second.
    #[arg(long, value_name = "COUNT", default_value_t = 1_000_000, value_parser = value_parser!(u64).range(1..=MOST))]
    pub ingest_per_second: u64,
}

/// More than this of anything in a second is no limit.
const MOST: u64 = 1_000_000_000_000;

/// What is logged, and how.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Log")]
pub struct LogSettings {
    /// What is logged: error, warn, info, debug or trace, for all or by part, like info,server=debug.
    #[arg(long, value_name = "FILTER", default_value = "info", value_parser = filter)]
    pub log: String,
    /// How it is logged.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub log_format: LogFormat,
}

/// How a line of the log is written.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs: an object a line.
    Json,
}
