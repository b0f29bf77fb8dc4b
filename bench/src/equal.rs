//! Whether the limit is honest: it must answer as the real server does, or there is nothing to compare.

use tests::dice::Dice;

use crate::client::Connection;
use crate::read::Read;
use crate::server::Server;
use crate::world::World;

/// Asks both the same, so many times, and stops the program where status, media type or data differ.
pub async fn check(world: World, read: Read, times: usize, (server, limit): (&Server, &Server)) {
    let mut dice = Dice::new(7);
    let mut asking = Connection::open(server.process.address()).await;
    let mut bare = Connection::open(limit.process.address()).await;
    for _ in 0..times {
        let ask = read.draw(world, &mut dice);
        asking.ask(&server.request(read, &ask)).await;
        bare.ask(&limit.request(read, &ask)).await;
        assert_eq!(asking.status(), "200", "{}: {}", read.name(), asking.said());
        assert_eq!(bare.status(), "200", "{}: {}", read.name(), bare.said());
        assert_eq!(asking.header("content-type"), bare.header("content-type"), "{}", read.name());
        let (here, there) = (data(asking.body()), data(bare.body()));
        assert!(!here.is_empty() && !here.starts_with("null"), "{}", asking.said());
        assert_eq!(here, there, "{}", read.name());
    }
}

/// The data of an answer, without what it cost, and without the white space that PostgreSQL has in its JSON.
pub fn data(body: &[u8]) -> String {
    let body = std::str::from_utf8(body).expect("UTF-8");
    let data = body.strip_prefix("{\"data\":").unwrap_or_else(|| panic!("no data: {body}"));
    let data = data.split(",\"extensions\":{\"cost\":").next().unwrap_or_default();
    let data = data.strip_suffix('}').filter(|_| !body.contains(",\"extensions\":{")).unwrap_or(data);
    without_space(data)
}

/// JSON without white space outside of its texts.
fn without_space(json: &str) -> String {
    let (mut inside, mut escaped) = (false, false);
    let kept = |c: &char| {
        let text = inside;
        inside ^= *c == '"' && !escaped;
        escaped = text && *c == '\\' && !escaped;
        text || !c.is_ascii_whitespace()
    };
    json.chars().filter(kept).collect()
}
