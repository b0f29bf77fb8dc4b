//! Compresses answers of the API for whoever accepts zstd or gzip. Files are left as they are, since most are compressed
//! already; so are streams of events, each of which has to arrive at once.

use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::SizeAbove;

/// What is smaller fits into a packet as it is.
const SMALLEST: u16 = 1024;

/// The layer for routes whose answers are worth it.
pub(crate) fn layer() -> CompressionLayer<SizeAbove> {
    let layer = CompressionLayer::new().quality(CompressionLevel::Fastest);
    layer.compress_when(SizeAbove::new(SMALLEST))
}
