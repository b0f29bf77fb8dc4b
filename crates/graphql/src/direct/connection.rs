//! Connections: pages of rows, with what is selected of the page, of its edges and of its objects.

use std::sync::Arc;

use futures_util::future::{OptionFuture, try_join_all, try_join3};
use storage::{End, Loader, Placed, Result, Row, Slice, Window};

use super::layout::{Asked, Layout, TYPE, key, quoted};
use super::pieces::Pieces;
use super::text::Text;
use crate::connection::Lists;
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

    /// Writes it of each page.
    pub(super) async fn write(
        &self,
        slices: &[Slice<E>],
        (window, lists): (&Window<E>, &dyn Lists),
        loader: &Loader,
    ) -> Result<Pieces> {
        let rows: Vec<_> = slices.iter().flat_map(|slice| &slice.rows).map(|placed| Arc::clone(&placed.row)).collect();
        let nodes = try_join_all(self.nodes.iter().map(|layout| layout.write(&rows, loader)));
        let count = OptionFuture::from(self.counts().then(|| lists.counts(loader.clone())));
        let outside = async |end| {
            OptionFuture::from(self.tells(end).then(|| lists.outside(loader.clone(), end))).await.transpose()
        };
        let beside = try_join3(async { count.await.transpose() }, outside(End::First), outside(End::Last));
        let (nodes, (counts, before, after)) = futures_util::future::try_join(nodes, beside).await?;
        let beside = Beside { counts, before, after };
        let mut begin = 0;
        Ok(Pieces::of(slices.iter().enumerate(), |text, (nth, slice)| {
            text.object(&self.members, |text, member| match member {
                OfPage::Type(name) => text.raw(name),
                OfPage::Edges(members) => text.list(slice.rows.iter().enumerate(), |text, (place, placed)| {
                    text.object(members, |text, member| match member {
                        OfEdge::Type(name) => text.raw(name),
                        OfEdge::Cursor => write_cursor(text, window, Some(placed)),
                        OfEdge::Node(layout) => text.piece(nodes[*layout].nth(begin + place)),
                    });
                }),
                OfPage::Nodes(layout) => text.list(begin..begin + slice.rows.len(), |text, place| {
                    text.piece(nodes[*layout].nth(place));
                }),
                OfPage::Info(members) => text.object(members, |text, member| match member {
                    OfInfo::Type => text.raw("\"PageInfo\""),
                    OfInfo::StartCursor => write_cursor(text, window, slice.rows.first()),
                    OfInfo::EndCursor => write_cursor(text, window, slice.rows.last()),
                    OfInfo::GoesOn(end) => {
                        let of_page = slice.more && lists.counted_from() != *end;
                        text.value(&(of_page || beside.outside(*end, nth)));
                    }
                }),
                OfPage::Count => text.value(&beside.count(nth)),
            });
            begin += slice.rows.len();
        }))
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

fn write_cursor<E: Row>(text: &mut Text, window: &Window<E>, placed: Option<&Placed<E>>) {
    match placed.and_then(|placed| window.cursor(placed).ok()) {
        Some(cursor) => text.value(&cursor.to_string()),
        None => text.null(),
    }
}
