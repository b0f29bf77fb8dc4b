//! The settings: every one is a flag, a variable of the environment and a key of `reprograph.toml`, in this order of
//! precedence, and has a default or needs none.

mod api;
mod groups;
mod layers;
mod table;
mod value;

use std::path::{Path, PathBuf};

use clap::Args;
use domain::Secret;
use domain::account::Registration;
use graphql::Allowance;
use graphql::account::door::Rules;

use crate::auth::House;
use crate::auth::oidc::Provider;
use crate::mail::Post;
use crate::public_url::PublicUrl;

pub use api::ApiSettings;
pub use groups::{
    AccountSettings, AuditSettings, DatabaseSettings, FileSettings, LimitSettings, LogFormat, LogSettings,
    MailSettings, OidcSettings, RegistrationMode, ServerSettings, SignInSettings, TlsMode,
};
pub use layers::{Layers, Problem};
pub use table::table;
pub(crate) use table::with_variables;
pub use value::ObjectsPlace;

/// All settings of the server.
#[derive(Args, Clone, Debug)]
pub struct Settings {
    /// How the server is reached.
    #[command(flatten)]
    pub server: ServerSettings,
    /// What is asked, by whom, and how much at once.
    #[command(flatten)]
    pub api: ApiSettings,
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseSettings,
    /// Where uploaded files are kept.
    #[command(flatten)]
    pub files: FileSettings,
    /// The key of the audit chain.
    #[command(flatten)]
    pub audit: AuditSettings,
    /// How people sign in.
    #[command(flatten)]
    pub sign_in: SignInSettings,
    /// Who comes in.
    #[command(flatten)]
    pub accounts: AccountSettings,
    /// How mail is sent.
    #[command(flatten)]
    pub mail: MailSettings,
    /// Where else people sign in.
    #[command(flatten)]
    pub oidc: OidcSettings,
    /// How much clients may ask for.
    #[command(flatten)]
    pub limits: LimitSettings,
    /// What is logged.
    #[command(flatten)]
    pub log: LogSettings,
}

/// A secret that can also be read from a file: the setting, and the one that names the file.
#[derive(Debug)]
pub struct SecretSetting<'a> {
    /// The secret's name; its file's has `_file` added.
    pub name: &'static str,
    /// The secret.
    pub value: &'a mut Option<Secret<String>>,
    /// The file.
    pub file: &'a Option<PathBuf>,
}

/// Settings among which are secrets.
pub trait Secrets {
    /// The secrets that can be read from files.
    fn secrets(&mut self) -> Vec<SecretSetting<'_>>;
}

impl Secrets for DatabaseSettings {
    fn secrets(&mut self) -> Vec<SecretSetting<'_>> {
        vec![
            SecretSetting { name: "database_url", value: &mut self.database_url, file: &self.database_url_file },
            SecretSetting {
                name: "database_direct_url",
                value: &mut self.database_direct_url,
                file: &self.database_direct_url_file,
            },
        ]
    }
}

impl Secrets for Settings {
    fn secrets(&mut self) -> Vec<SecretSetting<'_>> {
        let (files, audit, sign_in) = (&mut self.files, &mut self.audit, &mut self.sign_in);
        let mut secrets = self.database.secrets();
        secrets.push(SecretSetting { name: "s3_secret", value: &mut files.s3_secret, file: &files.s3_secret_file });
        secrets.push(SecretSetting { name: "audit_key", value: &mut audit.audit_key, file: &audit.audit_key_file });
        secrets.push(SecretSetting {
            name: "signing_key",
            value: &mut sign_in.signing_key,
            file: &sign_in.signing_key_file,
        });
        secrets.push(SecretSetting {
            name: "previous_signing_key",
            value: &mut sign_in.previous_signing_key,
            file: &sign_in.previous_signing_key_file,
        });
        secrets.push(SecretSetting {
            name: "smtp_url",
            value: &mut self.mail.smtp_url,
            file: &self.mail.smtp_url_file,
        });
        let oidc = &mut self.oidc;
        secrets.push(SecretSetting {
            name: "oidc_client_secret",
            value: &mut oidc.oidc_client_secret,
            file: &oidc.oidc_client_secret_file,
        });
        secrets
    }
}

impl DatabaseSettings {
    /// The database's URL.
    pub fn url(&self) -> Result<&Secret<String>, String> {
        self.database_url.as_ref().ok_or_else(|| "database_url: is missing".to_owned())
    }

    /// The URL past a pooler, where there is one.
    pub fn direct_url(&self) -> Result<&Secret<String>, String> {
        self.database_direct_url.as_ref().map_or_else(|| self.url(), Ok)
    }

    /// Whether the database is SQLite's.
    pub fn is_sqlite(&self) -> bool {
        self.database_url.as_ref().is_some_and(|url| url.reveal().starts_with("sqlite:"))
    }

    /// The file of a SQLite database; none for PostgreSQL and for a database in memory.
    pub fn sqlite_file(&self) -> Option<PathBuf> {
        let url = self.database_url.as_ref()?.reveal();
        let rest = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:"))?;
        let (file, query) = rest.split_once('?').unwrap_or((rest, ""));
        let in_memory = file.is_empty() || file == ":memory:" || query.split('&').any(|part| part == "mode=memory");
        (!in_memory).then(|| PathBuf::from(file))
    }
}

impl OidcSettings {
    /// The provider, where one is named.
    fn provider(&self) -> Result<Option<Provider>, String> {
        let Some(issuer) = self.oidc_issuer.clone() else {
            return match self.oidc_client_id {
                Some(_) => Err("oidc_issuer: is missing, though oidc_client_id is given".into()),
                None => Ok(None),
            };
        };
        let client_id = self.oidc_client_id.clone().ok_or("oidc_client_id: is missing, though oidc_issuer is given")?;
        Ok(Some(Provider {
            issuer,
            client_id,
            client_secret: self.oidc_client_secret.clone(),
            scopes: self.oidc_scopes.clone(),
            groups_claim: self.oidc_groups_claim.clone(),
            rules: self.oidc_groups.clone(),
        }))
    }
}

impl AccountSettings {
    /// The rules of the house.
    pub fn rules(&self) -> Result<Rules, String> {
        let domains = &self.registration_domains;
        let registration = match self.registration {
            RegistrationMode::Closed => Registration::Closed,
            RegistrationMode::Invite => Registration::Invite,
            RegistrationMode::Domain if domains.is_empty() => {
                return Err("registration_domains: is missing, though registration is by domain".into());
            }
            RegistrationMode::Domain => Registration::Domain(domains.clone()),
            RegistrationMode::Open => Registration::Open,
        };
        Ok(Rules {
            registration,
            password_sign_in: self.password_sign_in,
            verification_works: self.verification_works,
            reset_works: self.reset_works,
            invitation_works: self.invitation_works,
        })
    }
}

impl LimitSettings {
    /// The limits of the schema.
    pub fn limits(&self) -> graphql::Limits {
        let allowance = |at_once, per_second| (at_once > 0).then_some(Allowance { at_once, per_second });
        graphql::Limits {
            document_bytes: self.max_document_bytes,
            cost: allowance(self.cost_at_once, self.cost_per_second),
            ingest: allowance(self.ingest_at_once, self.ingest_per_second),
        }
    }
}

impl Settings {
    /// What people come into, at this address.
    pub fn house(&self, public_url: PublicUrl) -> Result<House, String> {
        let (rules, post) = (self.accounts.rules()?, Post::open(&self.mail)?);
        if matches!(rules.registration, Registration::Domain(_)) && post.is_none() {
            return Err(
                "smtp_url: is missing, though registration is by domain: mail shows who is of the domain".into()
            );
        }
        let provider = self.oidc.provider()?;
        Ok(House { public_url, rules, post, provider })
    }

    /// Where files are kept: by default a folder beside the SQLite database, named like it.
    pub fn objects_place(&self) -> ObjectsPlace {
        self.files.objects.clone().unwrap_or_else(|| {
            let beside = self.database.sqlite_file().unwrap_or_else(|| PathBuf::from("reprograph"));
            ObjectsPlace::Folder(named_like(&beside, "-files"))
        })
    }
}

/// The path with its extension replaced: `data/reprograph.db` → `data/reprograph-files`.
pub(crate) fn named_like(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(ending);
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(clap::Parser)]
    struct All {
        #[command(flatten)]
        settings: Settings,
    }

    fn with_database(url: &str) -> Settings {
        let parsed = <All as clap::Parser>::try_parse_from(["x", "--database-url", url]);
        parsed.unwrap().settings
    }

    #[test]
    fn files_lie_beside_the_database_unless_told_otherwise() {
        let folder = |path: &str| ObjectsPlace::Folder(path.into());
        assert_eq!(with_database("sqlite://reprograph.db").objects_place(), folder("reprograph-files"));
        assert_eq!(with_database("sqlite:///srv/a.db?mode=rwc").objects_place(), folder("/srv/a-files"));
        assert_eq!(with_database("postgres://x/y").objects_place(), folder("reprograph-files"));
    }

    #[test]
    fn a_database_in_memory_has_no_file() {
        for url in ["sqlite::memory:", "sqlite://:memory:", "sqlite://x.db?mode=memory&cache=shared", "postgres://x/y"]
        {
            assert_eq!(with_database(url).database.sqlite_file(), None, "{url}");
        }
    }

    #[test]
    fn the_limits_are_on_unless_told_otherwise() {
        assert_eq!(with_database("postgres://x/y").limits.limits(), graphql::Limits::default());
        let off = <All as clap::Parser>::try_parse_from(["x", "--cost-at-once", "0", "--ingest-at-once=0"]).unwrap();
        let limits = off.settings.limits.limits();
        assert_eq!((limits.cost, limits.ingest), (None, None));
    }

    #[test]
    fn no_secret_is_shown() {
        let shown = format!("{:?}", with_database("postgres://me:hunter2@host/name"));
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}
