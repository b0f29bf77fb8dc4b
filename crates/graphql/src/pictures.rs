//! Pictures in the schema: where they are, and links that show them to whoever has one.

use async_graphql::{Context, Enum, Object};
use domain::number::LinkSeconds;
use pictures::{Subject, Theme};

use crate::account::door::door;
use crate::error::Result;
use crate::files::files;
use crate::input::{Argument, Parsed};

/// A picture: SVG that is drawn when it is asked for.
pub struct Picture(pictures::Picture);

impl Picture {
    /// The picture of this, for these surroundings.
    pub fn new(of: Subject, theme: Option<PictureTheme>) -> Self {
        let theme = theme.map_or(Theme::Preferred, |theme| match theme {
            PictureTheme::Light => Theme::Light,
            PictureTheme::Dark => Theme::Dark,
        });
        Self(pictures::Picture { of, theme })
    }
}

/// A picture: SVG that is drawn when it is asked for.
#[Object]
impl Picture {
    /// Where it is, for whoever is signed in and sees it. With `expiresIn` a link that shows it to whoever has the link, and
    /// nothing else, until then.
    #[expect(clippy::unused_async, reason = "a field is async whether it waits or not")]
    async fn url(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "For how many seconds from now the link works: 1 to 2592000, which are 30 days.")]
        expires_in: Argument<Option<Parsed<LinkSeconds>>>,
    ) -> Result<String> {
        url(ctx, &self.0.address(), expires_in)
    }
}

/// For which surroundings a picture is drawn; without one for those that whoever looks at it prefers.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureTheme {
    /// Light ones.
    Light,
    /// Dark ones.
    Dark,
}

/// The whole address of what is at this one below that of the server; with a time a link that works so long.
pub fn url(ctx: &Context<'_>, address: &str, expires_in: Argument<Option<Parsed<LinkSeconds>>>) -> Result<String> {
    match expires_in.get("expiresIn")? {
        None => Ok(files(ctx)?.join(address)),
        Some(works) => Ok(door(ctx)?.link(address, works.0)?.reveal().clone()),
    }
}
