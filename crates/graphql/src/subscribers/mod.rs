//! Subscriptions that run. Each begins alone, from the position that its client asks for. As soon as it waits for what
//! comes, it joins those who ask the same with the same rights, and whose answers are made once and written once.
//! Whoever reads too slowly, or has other rights by now, goes on alone from where they were, and joins again.

mod alone;
mod asking;
mod frame;
mod shared;

use std::sync::Arc;

use async_graphql::{Request, Response};
use domain::Viewer;
use futures_util::stream::{self, BoxStream, StreamExt};
use storage::{Meter, Reader};
use tokio::sync::watch;

use crate::budget::Purse;
use crate::engine::{Admitted, Engine};
use crate::live::Place;
use alone::{Alone, Step};
use asking::Asking;
pub use frame::Frame;
pub(crate) use shared::Together;
use shared::{Heard, With};

/// A subscription that runs.
pub struct Followed {
    /// Its answers, as they come.
    pub frames: BoxStream<'static, Arc<Frame>>,
    /// How it is told who the viewer is by now.
    pub seen_as: SeenAs,
    /// What its own statements come to.
    pub meter: Arc<Meter>,
}

/// How a subscription is told who its viewer is by now.
pub struct SeenAs(watch::Sender<Arc<Viewer>>);

impl SeenAs {
    /// It goes on for this viewer.
    pub fn is(&self, viewer: &Viewer) {
        self.0.send_replace(Arc::new(viewer.clone()));
    }
}

impl Engine {
    /// Runs a subscription for a viewer, from after a position if the client goes on there, or runs once what is none.
    pub fn follow(
        &self,
        mut request: Request,
        viewer: Viewer,
        request_id: Option<String>,
        after: Option<i64>,
    ) -> Followed {
        let seen_as = watch::Sender::new(Arc::new(viewer));
        let reader = self.store().reader(Viewer::clone(&seen_as.borrow()), request_id);
        let meter = Arc::clone(reader.meter());
        let frames = match self.admit(&mut request, &reader) {
            Ok(admitted) => {
                admitted.purse.pay_later();
                let asking = Asking::of(&mut request, &reader.viewer());
                let (viewer, purse) = (seen_as.subscribe(), admitted.purse.clone());
                let request_id = reader.request().map(str::to_owned);
                let way = Way::Alone(Box::new(self.alone(request, reader, admitted, Place::after(after))));
                let subscriber = Subscriber { engine: self.clone(), asking, viewer, request_id, purse, way };
                stream::unfold(Box::new(subscriber), Subscriber::next).boxed()
            }
            Err(error) => {
                let refused = Frame::followed(&Response::from_errors(vec![error]), 0, None);
                stream::once(async { Arc::new(refused) }).boxed()
            }
        };
        Followed { frames, seen_as: SeenAs(seen_as), meter }
    }

    /// A subscription that runs alone.
    fn alone(&self, request: Request, reader: Reader, admitted: Admitted, place: Place) -> Alone {
        let responses = self.responses(request.data(place.clone()), &reader, admitted);
        let (told, mut last) = (place.clone(), None);
        let answers = responses.map(move |(response, cost)| {
            // What says that nothing more comes stands at no position.
            let before = std::mem::replace(&mut last, told.last());
            Frame::followed(&response, cost, last.filter(|last| before != Some(*last)))
        });
        Alone::new(answers.boxed(), reader, place)
    }
}

/// Somebody who follows.
struct Subscriber {
    engine: Engine,
    /// What they ask, where others may ask the same.
    asking: Option<Asking>,
    viewer: watch::Receiver<Arc<Viewer>>,
    request_id: Option<String>,
    purse: Purse,
    way: Way,
}

/// How somebody follows.
enum Way {
    Alone(Box<Alone>),
    Together(With),
}

impl Subscriber {
    /// The next answer, and who goes on.
    async fn next(mut self: Box<Self>) -> Option<(Arc<Frame>, Box<Self>)> {
        loop {
            let frame = match &mut self.way {
                Way::Alone(alone) => match alone.step(&mut self.viewer).await {
                    Step::Said(frame) => Arc::new(frame),
                    Step::Waits(position) => {
                        self.join(position);
                        continue;
                    }
                    Step::Ended => return None,
                },
                Way::Together(with) => tokio::select! {
                    biased;
                    Ok(()) = self.viewer.changed() => {
                        self.look();
                        continue;
                    }
                    heard = with.next() => match heard {
                        Heard::Said(frame) => frame,
                        Heard::Missed => {
                            self.part();
                            continue;
                        }
                        Heard::Ended => return None,
                    },
                },
            };
            self.purse.spend(frame.cost());
            return Some((frame, self));
        }
    }

    /// Goes on with those who ask the same, where there may be any.
    fn join(&mut self, position: i64) {
        let (Some(asking), Way::Alone(alone)) = (&mut self.asking, &mut self.way) else { return };
        let viewer = Arc::clone(&self.viewer.borrow());
        if !asking.is_by(&viewer) {
            *asking = asking.by(&viewer);
        }
        if let Some(with) = self.engine.together().join(&asking.key, position, || alone.take()) {
            // What all ask is kept once.
            asking.key = Arc::clone(&with.key);
            self.way = Way::Together(with);
        }
    }

    /// Goes on alone if the viewer is not one any more for whom the answers are the same.
    fn look(&mut self) {
        let viewer = Arc::clone(&self.viewer.borrow_and_update());
        if self.asking.as_ref().is_some_and(|asking| !asking.is_by(&viewer)) {
            self.part();
        }
    }

    /// Goes on alone, as who the viewer is by now.
    fn part(&mut self) {
        let (Some(asking), Way::Together(with)) = (&mut self.asking, &self.way) else { return };
        let viewer = Arc::clone(&self.viewer.borrow_and_update());
        *asking = asking.by(&viewer);
        let request = asking.request();
        let admitted = self.engine.again(&request, self.purse.clone());
        let reader = self.engine.store().reader(Viewer::clone(&viewer), self.request_id.clone());
        let place = Place::after(Some(with.position));
        self.way = Way::Alone(Box::new(self.engine.alone(request, reader, admitted, place)));
    }
}
