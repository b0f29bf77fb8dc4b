//! What counts as one client where nobody says who they are: an address, and of IPv6 the /64 that a household has.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

/// An address of IPv4, or a /64 of IPv6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network(IpAddr);

impl From<IpAddr> for Network {
    fn from(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(address) => address.into(),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
            }
        })
    }
}

impl fmt::Display for Network {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V4(address) => address.fmt(out),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                write!(out, "{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        }
    }
}
