//! Connections: pages of rows, with what is selected of the page, of its edges and of its objects.

use futures_util::future::{OptionFuture, try_join, try_join_all, try_join3};
use storage::read::Columns;
use storage::{End, Loader, Result, Row, Window};

use super::layout::{Asked, Layout, TYPE, key, quoted};
use super::paged::Paged;
use super::pieces::Pieces;
use super::text::Text;
use crate::connection::ListsOf;
use crate::object::{Shown, type_name};

/// What a selection writes of a page.
pub struct Page<E: Row> {
    members: Vec<(String, OfPage)>,
    /// What is selected of the page's objects, in one place or several.
    nodes: Vec<Layout<E>>,
}

enum OfPage {
    Type(String),
    Edges(Vec<(String, OfEdge)>),
    /// The objects, by the number of their layout.
    Nodes(usize),
    Info(Vec<(String, OfInfo)>),
    Count,
}

enum OfEdge {
    Type(String),
    Cursor,
    Node(usize),
}

enum OfInfo {
    Type,
    StartCursor,
    EndCursor,
    GoesOn(End),
}

/// What of the lists, beside the pages, was asked for and found.
struct Beside {
    counts: Option<Vec<i64>>,
    before: Option<Vec<bool>>,
    after: Option<Vec<bool>>,
}

impl<E: Row> Page<E> {
    /// What this selects of a page; none where something is not known.
    pub(super) fn of<N: Shown<Entity = E>>(asked: &Asked<'_>) -> Option<Self> {
        let (mut page, name) = (Self { members: Vec::new(), nodes: Vec::new() }, type_name::<E>());
        for (name_of_field, asked) in asked.fields(&format!("{name}Connection"))? {
            let member = match asked.name() {
                TYPE => OfPage::Type(quoted(&format!("{name}Connection"))),
                "edges" => OfPage::Edges(page.edges::<N>(&asked, &format!("{name}Edge"))?),
                "nodes" => OfPage::Nodes(page.add::<N>(&asked)?),
                "pageInfo" => OfPage::Info(info(&asked)?),
                "totalCount" => OfPage::Count,
                _ => return None,
            };
            page.members.push((key(name_of_field), member));
        }
        Some(page)
    }

    fn add<N: Shown<Entity = E>>(&mut self, asked: &Asked<'_>) -> Option<usize> {
        self.nodes.push(Layout::of::<N>(asked)?);
        Some(self.nodes.len() - 1)
    }

    fn edges<N: Shown<Entity = E>>(&mut self, asked: &Asked<'_>, name: &str) -> Option<Vec<(String, OfEdge)>> {
        let fields = asked.fields(name)?.into_iter().map(|(name_of_field, asked)| {
            let member = match asked.name() {
                TYPE => OfEdge::Type(quoted(name)),
                "cursor" => OfEdge::Cursor,
                "node" => OfEdge::Node(self.add::<N>(&asked)?),
                _ => return None,
            };
            Some((key(name_of_field), member))
        });
        fields.collect()
    }

    /// Writes it of the page of each list.
    pub(super) async fn write(&self, lists: &dyn ListsOf<E>, loader: &Loader) -> Result<Pieces> {
        if lists.number() == 0 {
            return Ok(Pieces::default());
        }
        let window = lists.window();
        let found = if self.shows_rows() {
            Paged::read(lists, self.columns(window), loader).await?
        } else {
            Paged::nothing(lists.number())
        };
        let rows = found.rows();
        let nodes = try_join_all(self.nodes.iter().map(|layout| layout.write(&rows, loader)));
        let (nodes, beside) = try_join(nodes, self.beside(lists, loader)).await?;
        let mut done = Ok(());
        let mut cursor =
            |text: &mut Text, nth: Option<usize>| match nth.map(|nth| found.cursor(nth, window)).transpose() {
                Ok(Some(cursor)) => text.value(&cursor.to_string()),
                Ok(None) => text.null(),
                Err(why) => done = Err(why),
            };
        let pieces = Pieces::of(found.pages().into_iter().enumerate(), |text, (nth, (rows, more))| {
            text.object(&self.members, |text, member| match member {
                OfPage::Type(name) => text.raw(name),
                OfPage::Edges(members) => text.list(rows.clone(), |text, row| {
                    text.object(members, |text, member| match member {
                        OfEdge::Type(name) => text.raw(name),
                        OfEdge::Cursor => cursor(text, Some(row)),
                        OfEdge::Node(layout) => text.piece(nodes[*layout].nth(row)),
                    });
                }),
                OfPage::Nodes(layout) => text.list(rows.clone(), |text, row| text.piece(nodes[*layout].nth(row))),
                OfPage::Info(members) => text.object(members, |text, member| match member {
                    OfInfo::Type => text.raw("\"PageInfo\""),
                    OfInfo::StartCursor => cursor(text, rows.clone().next()),
                    OfInfo::EndCursor => cursor(text, rows.clone().last()),
                    OfInfo::GoesOn(end) => {
                        let of_page = more && lists.counted_from() != *end;
                        text.value(&(of_page || beside.outside(*end, nth)));
                    }
                }),
                OfPage::Count => text.value(&beside.count(nth)),
            });
        });
        done.map(|()| pieces)
    }

    /// What is asked of the lists beside their rows.
    async fn beside(&self, lists: &dyn ListsOf<E>, loader: &Loader) -> Result<Beside> {
        let count = OptionFuture::from(self.counts().then(|| lists.counts(loader.clone())));
        let outside = async |end| {
            OptionFuture::from(self.tells(end).then(|| lists.outside(loader.clone(), end))).await.transpose()
        };
        let found = try_join3(async { count.await.transpose() }, outside(End::First), outside(End::Last));
        let (counts, before, after) = found.await?;
        Ok(Beside { counts, before, after })
    }

    /// The columns of which all of it is made; none where something takes whole rows.
    fn columns(&self, window: &Window<E>) -> Option<Columns> {
        let cursors = if self.shows_cursors() { window.columns_of_cursors()? } else { Vec::new() };
        let nodes: Option<Vec<_>> = self.nodes.iter().map(Layout::columns).collect();
        let names = [nodes?.concat(), cursors].concat();
        // Something is read of each row, were it only to see whether there are more.
        Some(Columns::named(if names.is_empty() { E::KEY.to_vec() } else { names }))
    }

    /// Whether it shows more than how many rows the lists have.
    fn shows_rows(&self) -> bool {
        self.members.iter().any(|(_, member)| !matches!(member, OfPage::Type(_) | OfPage::Count))
    }

    fn shows_cursors(&self) -> bool {
        self.members.iter().any(|(_, member)| match member {
            OfPage::Edges(members) => members.iter().any(|(_, member)| matches!(member, OfEdge::Cursor)),
            OfPage::Info(members) => {
                members.iter().any(|(_, member)| matches!(member, OfInfo::StartCursor | OfInfo::EndCursor))
            }
            OfPage::Type(_) | OfPage::Nodes(_) | OfPage::Count => false,
        })
    }

    fn counts(&self) -> bool {
        self.members.iter().any(|(_, member)| matches!(member, OfPage::Count))
    }

    /// Whether somewhere it is told if the lists go on towards this end.
    fn tells(&self, end: End) -> bool {
        let told = |info: &[(String, OfInfo)]| {
            info.iter().any(|(_, member)| matches!(member, OfInfo::GoesOn(towards) if *towards == end))
        };
        self.members.iter().any(|(_, member)| matches!(member, OfPage::Info(info) if told(info)))
    }
}

impl Beside {
    fn count(&self, nth: usize) -> i64 {
        self.counts.as_ref().map_or(0, |counts| counts[nth])
    }

    fn outside(&self, end: End, nth: usize) -> bool {
        let outside = match end {
            End::First => &self.before,
            End::Last => &self.after,
        };
        outside.as_ref().is_some_and(|outside| outside[nth])
    }
}

fn info(asked: &Asked<'_>) -> Option<Vec<(String, OfInfo)>> {
    let fields = asked.fields("PageInfo")?.into_iter().map(|(name_of_field, asked)| {
        let member = match asked.name() {
            TYPE => OfInfo::Type,
            "startCursor" => OfInfo::StartCursor,
            "endCursor" => OfInfo::EndCursor,
            "hasNextPage" => OfInfo::GoesOn(End::Last),
            "hasPreviousPage" => OfInfo::GoesOn(End::First),
            _ => return None,
        };
        Some((key(name_of_field), member))
    });
    fields.collect()
}
