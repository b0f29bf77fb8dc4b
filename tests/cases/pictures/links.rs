//! Links that show one thing to whoever has them: until their end, under their key, and while it is there.

use serde_json::Value;
use tests::app::URL;
use tests::database::Kind;

use super::{Gallery, curves, gaps};

impl Gallery {
    /// The address of what vic asks for, below that of the server.
    async fn link(&self, who: &str, query: &str, place: &str) -> String {
        let data = self.ask(who, query, Value::Null).await;
        let url = data.pointer(place).and_then(Value::as_str).unwrap_or_else(|| panic!("{data} has no {place}"));
        url.strip_prefix(URL).unwrap().to_owned()
    }

    async fn gaps_link(&self, seconds: u32) -> String {
        let query =
            format!("{{ paper(id: \"<paper:bert>\") {{ gapsPicture(theme: DARK) {{ url(expiresIn: {seconds}) }} }} }}");
        self.link("vic", &query, "/paper/gapsPicture/url").await
    }

    async fn file_link(&self, seconds: u32) -> String {
        let query = format!("{{ asset(id: \"<asset:figure>\") {{ url(expiresIn: {seconds}) }} }}");
        self.link("vic", &query, "/asset/url").await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_shows_one_thing_to_whoever_has_it() {
    for kind in Kind::ALL {
        let Some(gallery) = Gallery::start(kind).await else { continue };
        let link = gallery.gaps_link(3600).await;
        let seen = gallery.get("vic", &format!("{}?theme=dark", gaps("bert"))).await.body;
        for who in ["nobody", "stranger", "pen"] {
            let answer = gallery.get(who, &link).await;
            assert_eq!((answer.status, &answer.body), (200, &seen), "{who}");
        }
        let tag = gallery.get("nobody", &link).await.header("etag").to_owned();
        assert_eq!(gallery.send("GET", "nobody", &link, &[("if-none-match", &tag)]).await.status, 304);
        assert_eq!(gallery.send("HEAD", "nobody", &link, &[]).await.status, 200);
        let file = gallery.file_link(3600).await;
        let answer = gallery.get("nobody", &file).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, "a picture"));
        let part = gallery.send("GET", "nobody", &file, &[("range", "bytes=2-4")]).await;
        assert_eq!((part.status, part.body.as_str()), (206, "pic"));
        let query = "{ run(id: \"<run:running>\") {
            curvesPicture(metrics: [\"a b\", \"loss&run=x\"], runs: [\"<run:paused>\"]) { url(expiresIn: 60) } } }";
        let link = gallery.link("vic", query, "/run/curvesPicture/url").await;
        assert_eq!(gallery.get("nobody", &link).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_is_over_or_was_changed_leads_nowhere() {
    for kind in Kind::ALL {
        let Some(gallery) = Gallery::start(kind).await else { continue };
        let absent = gallery.get("vic", &gaps("nothing")).await.body;
        let (link, file) = (gallery.gaps_link(3600).await, gallery.file_link(3600).await);
        let seal = link.rsplit_once('=').unwrap().1.to_owned();
        let paper = |name: &str| link.replace(&gaps("bert"), &gaps(name));
        let mut wrong = vec![
            paper("gpt"),
            paper("beta-gpt"),
            paper("nothing"),
            link.replace("theme=dark", "theme=light"),
            link.replace("theme=dark&", ""),
            link.replace("expires=1", "expires=2"),
            format!("{link}&theme=light"),
            format!("{}?signature={seal}", gaps("bert")),
            format!("{}?expires=9999999999&signature={seal}", gaps("bert")),
            format!("{}?signature=", gaps("bert")),
            link.replace(&gaps("bert"), &curves("running")),
            file.replace("asset_", "projectguideline_"),
            format!("{}?{}", file.split('?').next().unwrap(), link.split_once('?').unwrap().1),
        ];
        // The clock of this app goes on by a second each time that it is asked.
        wrong.extend([gallery.gaps_link(1).await, gallery.file_link(1).await]);
        for link in wrong {
            for who in ["nobody", "vic"] {
                let answer = gallery.get(who, &link).await;
                assert_eq!((answer.status, &answer.body), (404, &absent), "{who} {link}");
            }
        }
        assert_eq!(gallery.get("nobody", &link).await.status, 200, "it works all the same");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_ends_with_what_it_shows() {
    for kind in Kind::ALL {
        let Some(gallery) = Gallery::start(kind).await else { continue };
        let (link, file) = (gallery.gaps_link(3600).await, gallery.file_link(3600).await);
        let delete = "mutation { deletePaper(input: { id: \"<paper:bert>\" }) { deletedId } }";
        gallery.ask("ed", delete, Value::Null).await;
        for link in [&link, &file] {
            assert_eq!(gallery.get("nobody", link).await.status, 404, "{link}");
        }
        let restore = "mutation { restorePaper(input: { id: \"<paper:bert>\" }) { paper { id } } }";
        gallery.ask("ed", restore, Value::Null).await;
        assert_eq!(gallery.get("nobody", &link).await.status, 200, "it is there again");
        let remove = "mutation { deleteAsset(input: { id: \"<asset:figure>\" }) { deletedId } }";
        gallery.ask("ed", remove, Value::Null).await;
        assert_eq!(gallery.get("nobody", &file).await.status, 404);
    }
}
