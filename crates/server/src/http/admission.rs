//! How many connections there may be, in all and from one client: who opens more is told to come again, and pushes out
//! nobody who is there.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::Network;
use ipnet::IpNet;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// What there may be.
#[derive(Clone, Debug)]
pub struct Crowd {
    /// How many connections in all.
    pub most: usize,
    /// How many from one client, which is an address, or of IPv6 a /64.
    pub most_each: usize,
    /// The proxies, from which many clients come. Whoever is on this machine is not counted either.
    pub proxies: Vec<IpNet>,
}

/// What is left to the database, to files, and to what else the process opens.
const RESERVED: u64 = 256;

impl Crowd {
    /// The same, but no more than the system lets this process have open, which it is asked to raise as far as it may.
    #[must_use]
    pub fn within_open_files(self) -> Self {
        let limits = getrlimit(Resource::Nofile);
        let raised = Rlimit { current: limits.maximum, maximum: limits.maximum };
        let open = match setrlimit(Resource::Nofile, raised) {
            Ok(()) => limits.maximum,
            Err(why) => {
                tracing::warn!("the limit of open files cannot be raised: {why}");
                limits.current
            }
        };
        let Some(open) = open else { return self };
        let room = usize::try_from(open.saturating_sub(RESERVED).max(1)).unwrap_or(usize::MAX);
        if room < self.most {
            tracing::info!("max_connections: is {}, but the limit of open files ({open}) leaves {room}", self.most);
        }
        Self { most: self.most.min(room), ..self }
    }

    fn is_counted(&self, address: IpAddr) -> bool {
        !address.is_loopback() && !self.proxies.iter().any(|network| network.contains(&address))
    }
}

/// The connections that there are.
#[derive(Clone, Debug)]
pub(crate) struct Admission(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    crowd: Crowd,
    there: Mutex<There>,
}

#[derive(Debug, Default)]
struct There {
    all: usize,
    each: HashMap<Network, usize>,
}

/// A place, until it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    admission: Admission,
    client: Option<Network>,
}

impl Admission {
    pub(crate) fn new(crowd: Crowd) -> Self {
        Self(Arc::new(Shared { crowd, there: Mutex::default() }))
    }

    /// A place for a connection from this address, if there is one.
    pub(crate) fn enter(&self, address: IpAddr) -> Option<Place> {
        let address = address.to_canonical();
        let client = self.0.crowd.is_counted(address).then(|| Network::from(address));
        let mut there = self.there();
        if there.all >= self.0.crowd.most {
            return None;
        }
        if let Some(client) = client {
            let count = there.each.entry(client).or_default();
            if *count >= self.0.crowd.most_each {
                return None;
            }
            *count += 1;
        }
        there.all += 1;
        Some(Place { admission: self.clone(), client })
    }

    /// Whoever panicked here left nothing half done.
    fn there(&self) -> MutexGuard<'_, There> {
        self.0.there.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut there = self.admission.there();
        there.all -= 1;
        if let Some(client) = self.client {
            let count = there.each.get_mut(&client);
            let left = count.map_or(0, |count| {
                *count -= 1;
                *count
            });
            if left == 0 {
                there.each.remove(&client);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admission() -> Admission {
        Admission::new(Crowd { most: 4, most_each: 2, proxies: vec!["10.0.0.0/8".parse().unwrap()] })
    }

    fn enter(admission: &Admission, addresses: &[&str]) -> Vec<Option<Place>> {
        addresses.iter().map(|address| admission.enter(address.parse().unwrap())).collect()
    }

    fn are_there(places: &[Option<Place>]) -> Vec<bool> {
        places.iter().map(Option::is_some).collect()
    }

    #[test]
    fn a_client_has_its_places_and_whoever_leaves_makes_room() {
        let admission = admission();
        let mut places = enter(&admission, &["1.1.1.1", "1.1.1.1", "::ffff:1.1.1.1", "2.2.2.2"]);
        assert_eq!(are_there(&places), [true, true, false, true]);
        places.remove(0);
        let again = enter(&admission, &["1.1.1.1", "2001:db8::1", "2001:db8::2"]);
        assert_eq!(are_there(&again), [true, true, false], "four are there");
        drop((places, again));
        let there = admission.there();
        assert_eq!((there.all, there.each.len()), (0, 0));
    }

    #[test]
    fn a_network_of_ipv6_is_one_client_and_a_proxy_none() {
        let admission = Admission::new(Crowd { most: 100, ..admission().0.crowd.clone() });
        let clients = ["2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8:0:1::1"];
        assert_eq!(are_there(&enter(&admission, &clients)), [true, true, false, true]);
        assert_eq!(are_there(&enter(&admission, &["10.1.1.1"; 5])), [true; 5]);
        assert_eq!(are_there(&enter(&admission, &["127.0.0.1"; 5])), [true; 5]);
    }
}
