//! How the settings that are no plain numbers or paths are written: times, sizes, addresses, objects' places, secrets.

use std::convert::Infallible;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use domain::Secret;
use ipnet::IpNet;
use url::Url;

/// A span of time: `500ms`, `30s`, `10m`, `24h`, `7d`.
pub(super) fn span(text: &str) -> Result<Duration, String> {
    let wrong = || "must be a span of time like 500ms, 30s, 10m, 24h or 7d".to_owned();
    let (digits, unit) = split_unit(text);
    let count: u64 = digits.parse().map_err(|_| wrong())?;
    let seconds = |each: u64| count.checked_mul(each).map(Duration::from_secs).ok_or_else(wrong);
    let span = match unit {
        "ms" => Duration::from_millis(count),
        "s" => seconds(1)?,
        "m" => seconds(60)?,
        "h" => seconds(60 * 60)?,
        "d" => seconds(24 * 60 * 60)?,
        _ => return Err(wrong()),
    };
    let bounds = Duration::from_millis(1)..=Duration::from_hours(24 * 366);
    if bounds.contains(&span) { Ok(span) } else { Err("must be from 1ms to 366d".into()) }
}

/// The size of the largest object that every S3-compatible store copies in one request.
const LARGEST: u64 = 5 << 30;

/// A number of bytes: `1048576`, `512KiB`, `8MiB`, `2GiB`.
pub(super) fn size(text: &str) -> Result<u64, String> {
    let wrong = || "must be a number of bytes like 1048576, 512KiB, 8MiB or 2GiB".to_owned();
    let (digits, unit) = split_unit(text);
    let count: u64 = digits.parse().map_err(|_| wrong())?;
    let shift = match unit {
        "" => 0,
        "KiB" => 10,
        "MiB" => 20,
        "GiB" => 30,
        _ => return Err(wrong()),
    };
    let bytes = count.checked_mul(1 << shift).ok_or_else(wrong)?;
    if (1..=LARGEST).contains(&bytes) { Ok(bytes) } else { Err("must be from 1 byte to 5GiB".into()) }
}

/// A number of bytes, or 0.
pub(super) fn size_or_none(text: &str) -> Result<u64, String> {
    if text == "0" { Ok(0) } else { size(text) }
}

/// The origin of a site, as browsers send it: scheme, host and port.
pub(super) fn origin(text: &str) -> Result<String, String> {
    let wrong = || format!("must be an origin like https://app.example.org, not {text}");
    let url: Url = text.parse().map_err(|_| wrong())?;
    let origin = url.origin().ascii_serialization();
    let exact = ["http", "https"].contains(&url.scheme()) && origin == text;
    if exact { Ok(origin) } else { Err(wrong()) }
}

fn split_unit(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(text.len()))
}

/// A network in CIDR notation, or one address.
pub(super) fn network(text: &str) -> Result<IpNet, String> {
    let one = || text.parse::<IpAddr>().map(IpNet::from).ok();
    text.parse().ok().or_else(one).ok_or_else(|| "must be a network like 10.0.0.0/8, or an address".into())
}

/// A secret is taken as it is: whoever uses it says what is wrong, without showing it.
#[expect(clippy::unnecessary_wraps, reason = "the form that clap asks of a parser")]
pub(super) fn secret(text: &str) -> Result<Secret<String>, Infallible> {
    Ok(Secret::new(text.to_owned()))
}

/// What is logged: `info`, or `warn,server=debug`.
pub(super) fn filter(text: &str) -> Result<String, String> {
    let parsed = tracing_subscriber::EnvFilter::builder().parse(text);
    parsed.map(|_| text.to_owned()).map_err(|why| format!("must be a level or a filter like info,server=debug: {why}"))
}

/// An address of S3-compatible storage.
pub(super) fn endpoint(text: &str) -> Result<Url, String> {
    let url: Url = text.parse().map_err(|why| format!("must be an address like https://s3.example.org: {why}"))?;
    if !["http", "https"].contains(&url.scheme()) {
        return Err("must begin with https:// or http://".into());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not hold a password; that is what s3_secret is for".into());
    }
    Ok(url)
}

/// Where uploaded files are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ObjectsPlace {
    /// A folder of this machine.
    Folder(PathBuf),
    /// A bucket of S3-compatible storage, and the folder in it that is ours.
    Bucket {
        /// The bucket's name.
        name: String,
        /// What all our objects' names begin with; it may be empty.
        prefix: String,
    },
}

impl FromStr for ObjectsPlace {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(rest) = text.strip_prefix("s3://") {
            let (name, prefix) = rest.split_once('/').unwrap_or((rest, ""));
            if name.is_empty() || name.contains(['@', ':', '?']) {
                return Err("must be s3://bucket or s3://bucket/folder".into());
            }
            return Ok(Self::Bucket { name: name.into(), prefix: prefix.trim_matches('/').into() });
        }
        if text.starts_with("file:") {
            let path = Url::parse(text).ok().and_then(|url| url.to_file_path().ok());
            return path.map(Self::Folder).ok_or_else(|| "must be file:///path/of/the/folder".into());
        }
        if text.is_empty() || text.contains("://") {
            return Err("must be a folder, file:///folder, or s3://bucket/folder".into());
        }
        Ok(Self::Folder(text.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_have_units() {
        assert_eq!(span("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(span("2h"), Ok(Duration::from_hours(2)));
        for wrong in ["", "30", "s", "-1s", "1.5s", "0s", "99999999999999999999s", "400d", "1 s"] {
            assert!(span(wrong).is_err(), "{wrong:?} was accepted");
        }
    }

    #[test]
    fn sizes_are_bytes_or_have_binary_units() {
        assert_eq!(size("2GiB"), Ok(2_147_483_648));
        assert_eq!(size("100"), Ok(100));
        for wrong in ["", "0", "6GiB", "1GB", "-1", "99999999999999999999GiB"] {
            assert!(size(wrong).is_err(), "{wrong:?} was accepted");
        }
    }

    #[test]
    fn an_origin_is_exact() {
        assert_eq!(origin("https://app.example.org"), Ok("https://app.example.org".into()));
        assert_eq!(origin("http://localhost:5173"), Ok("http://localhost:5173".into()));
        for wrong in
            ["*", "null", "", "https://a.org/", "https://A.org", "https://a.org:443", "app.example.org", "ftp://a"]
        {
            assert!(origin(wrong).is_err(), "{wrong:?} was accepted");
        }
    }

    #[test]
    fn objects_are_kept_in_a_folder_or_a_bucket() {
        let folder = |path: &str| Ok(ObjectsPlace::Folder(path.into()));
        let bucket = |name: &str, prefix: &str| Ok(ObjectsPlace::Bucket { name: name.into(), prefix: prefix.into() });
        for (text, place) in [
            ("file:///var/lib/files", folder("/var/lib/files")),
            ("file:///a%20b", folder("/a b")),
            ("./here", folder("./here")),
            ("s3://bucket", bucket("bucket", "")),
            ("s3://bucket/some/folder/", bucket("bucket", "some/folder")),
        ] {
            assert_eq!(text.parse(), place);
        }
        for wrong in ["", "s3://", "s3:///x", "s3://key:secret@bucket", "ftp://x", "file://relative"] {
            assert!(wrong.parse::<ObjectsPlace>().is_err(), "{wrong:?} was accepted");
        }
    }

    #[test]
    fn an_address_is_a_network_of_one() {
        assert_eq!(network("10.1.2.3").unwrap().to_string(), "10.1.2.3/32");
        assert!(network("::1/129").is_err());
    }
}
