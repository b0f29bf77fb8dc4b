//! Opens the object store that the settings name.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use domain::Secret;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::prefix::PrefixStore;
use object_store::{ClientOptions, RetryConfig};
use url::Url;

use super::{Error, Objects, Result};

/// Where objects are kept.
#[derive(Clone, Debug)]
pub enum ObjectsSettings {
    /// In a folder of this machine.
    Folder(PathBuf),
    /// In a bucket of S3-compatible storage. Whoever opens one has installed a crypto provider for TLS.
    Bucket(Bucket),
}

/// A bucket of S3-compatible storage.
#[derive(Clone, Debug)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// What all our objects' names begin with; it may be empty.
    pub prefix: String,
    /// The address of the storage; Amazon's of the region when there is none.
    pub endpoint: Option<Url>,
    /// The region.
    pub region: String,
    /// The id and the secret of the access key; what the machine itself has when there is none.
    pub key: Option<(String, Secret<String>)>,
    /// Where the bucket stands in addresses.
    pub style: AddressStyle,
    /// Whether TLS is asked for.
    pub transport: Transport,
}

/// Where the bucket stands in addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressStyle {
    /// `https://storage/bucket/object`.
    Path,
    /// `https://bucket.storage/object`.
    Host,
}

/// Whether TLS is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// Always.
    Tls,
    /// Where the address says so.
    TlsOrPlain,
}

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const READ_TIMEOUT: Duration = Duration::from_secs(30);
const RETRIES: usize = 4;
const RETRY_TIMEOUT: Duration = Duration::from_secs(30);

pub(super) fn open(settings: &ObjectsSettings) -> Result<Objects> {
    match settings {
        ObjectsSettings::Folder(folder) => open_folder(folder),
        ObjectsSettings::Bucket(bucket) => open_bucket(bucket),
    }
}

fn open_folder(folder: &Path) -> Result<Objects> {
    let refuse = |why: std::io::Error| Error::Unavailable(format!("{}: {why}", folder.display()));
    std::fs::create_dir_all(folder).map_err(refuse)?;
    let folder = folder.canonicalize().map_err(refuse)?;
    // A killed process loses nothing without it, a power cut could: what is acknowledged is on the disk.
    let store = LocalFileSystem::new_with_prefix(&folder)?.with_fsync(true);
    Ok(Objects { store: Arc::new(store), name: format!("the folder {}", folder.display()), folder: Some(folder) })
}

fn open_bucket(bucket: &Bucket) -> Result<Objects> {
    // A download may take as long as its client likes, so only the time between two pieces is limited.
    let client = ClientOptions::new()
        .with_timeout_disabled()
        .with_connect_timeout(CONNECT_TIMEOUT)
        .with_read_timeout(READ_TIMEOUT)
        .with_allow_http(bucket.transport == Transport::TlsOrPlain);
    let retry = RetryConfig { max_retries: RETRIES, retry_timeout: RETRY_TIMEOUT, ..Default::default() };
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(&bucket.name)
        .with_region(&bucket.region)
        .with_virtual_hosted_style_request(bucket.style == AddressStyle::Host)
        .with_retry(retry)
        .with_client_options(client);
    if let Some(endpoint) = &bucket.endpoint {
        builder = builder.with_endpoint(endpoint.as_str().trim_end_matches('/'));
    }
    if let Some((id, secret)) = &bucket.key {
        builder = builder.with_access_key_id(id).with_secret_access_key(secret.reveal());
    }
    let store = builder.build()?;
    let name = format!("the bucket {}", bucket.name);
    if bucket.prefix.is_empty() {
        return Ok(Objects { store: Arc::new(store), folder: None, name });
    }
    let store = PrefixStore::new(store, bucket.prefix.as_str());
    Ok(Objects { store: Arc::new(store), folder: None, name: format!("{name}, folder {}", bucket.prefix) })
}
