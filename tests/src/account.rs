//! Whom a server runs as that refuses to run as root.

use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::process::Command;

/// An account by its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    /// The user's number.
    pub uid: u32,
    /// The number of the user's first group.
    pub gid: u32,
}

impl Account {
    /// The account `postgres`, else `nobody`, when we are root; none when we are not, for then a server runs as we do.
    pub fn for_servers() -> Option<Self> {
        let ours = std::fs::metadata("/proc/self").expect("a /proc").uid();
        if ours != 0 {
            return None;
        }
        let accounts = std::fs::read_to_string("/etc/passwd").expect("a list of accounts");
        let found = find(&accounts, "postgres").or_else(|| find(&accounts, "nobody"));
        Some(found.expect("an account `postgres` or `nobody`"))
    }

    /// Lets a command run as this account.
    pub fn run(self, command: &mut Command) -> &mut Command {
        command.uid(self.uid).gid(self.gid)
    }
}

fn find(accounts: &str, name: &str) -> Option<Account> {
    accounts.lines().find_map(|line| {
        let mut parts = line.split(':');
        let (found, _, uid, gid) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        if found != name {
            return None;
        }
        Some(Account { uid: uid.parse().ok()?, gid: gid.parse().ok()? })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_found_by_its_whole_name() {
        let accounts = "root:x:0:0:root:/root:/bin/bash\nnobody2:x:9:9::/:\nnobody:x:65534:65533:nobody:/:/bin/false\n";
        assert_eq!(find(accounts, "nobody"), Some(Account { uid: 65534, gid: 65533 }));
        assert_eq!(find(accounts, "postgres"), None);
    }
}
