//! Who somebody is at a provider of sign-ins, and what the groups that they are in there give them here.

use std::str::FromStr;

use crate::Invalid;
use crate::account::Role;
use crate::project::MemberRole;
use crate::text::{Email, Issuer, Name, Slug, Subject, WebUrl};

/// What a provider says of somebody who has signed in there.
#[derive(Clone, Debug, PartialEq)]
pub struct Identity {
    /// The provider, by the address that it issues tokens under.
    pub provider: Issuer,
    /// Who they are there.
    pub provider_id: Subject,
    /// The e-mail address that they have there.
    pub email: Option<Email>,
    /// The same, where the provider has seen that it is theirs.
    pub verified_email: Option<Email>,
    /// The name that they have there.
    pub name: Option<Name>,
    /// The picture that they have there.
    pub avatar_url: Option<WebUrl>,
    /// The groups that they are in there.
    pub groups: Vec<String>,
}

/// What being in a group gives: `admins=ADMIN`, or `lab=sentiment:EDITOR`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupRule {
    /// The group's name at the provider.
    pub group: String,
    /// What it gives.
    pub gives: Gives,
}

/// What a group gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gives {
    /// A role of the account.
    Role(Role),
    /// A part in the project of this slug.
    Part(Slug, MemberRole),
}

impl FromStr for GroupRule {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let form = || Invalid::new("format", "must be GROUP=ROLE or GROUP=PROJECT:ROLE, like lab=sentiment:EDITOR");
        let (group, gives) = text.rsplit_once('=').filter(|(group, _)| !group.is_empty()).ok_or_else(form)?;
        let gives = match gives.split_once(':') {
            Some((slug, role)) => Gives::Part(slug.parse()?, role.parse()?),
            None => Gives::Role(gives.parse()?),
        };
        Ok(Self { group: group.to_owned(), gives })
    }
}

/// What all rules together give to somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// The greatest role; none where no rule is about roles.
    pub role: Option<Role>,
    /// For every project that a rule names, the greatest part in it; none where they are in no group of it.
    pub parts: Vec<(Slug, Option<MemberRole>)>,
}

impl Given {
    /// What these rules give to somebody in these groups. Where a rule is about roles, whoever has none by it is a USER.
    pub fn by(rules: &[GroupRule], groups: &[String]) -> Self {
        let mut given = Self::default();
        for rule in rules {
            let in_it = groups.contains(&rule.group);
            match &rule.gives {
                Gives::Role(role) => {
                    let role = if in_it { *role } else { Role::User };
                    given.role = given.role.max(Some(role));
                }
                Gives::Part(slug, role) => {
                    let role = in_it.then_some(*role);
                    match given.parts.iter_mut().find(|(known, _)| known == slug) {
                        Some((_, known)) => *known = (*known).max(role),
                        None => given.parts.push((slug.clone(), role)),
                    }
                }
            }
        }
        given
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Vec<GroupRule> {
        ["admins=ADMIN", "keepers=MANAGER", "lab=one:EDITOR", "heads=one:OWNER", "guests=two:VIEWER"]
            .map(|rule| rule.parse().unwrap())
            .into()
    }

    fn given(groups: &[&str]) -> (Option<Role>, Vec<Option<MemberRole>>) {
        let groups: Vec<String> = groups.iter().map(|group| (*group).to_owned()).collect();
        let given = Given::by(&rules(), &groups);
        (given.role, given.parts.into_iter().map(|(_, role)| role).collect())
    }

    #[test]
    fn the_greatest_of_what_the_groups_give_counts() {
        assert_eq!(given(&[]), (Some(Role::User), vec![None, None]));
        assert_eq!(given(&["lab"]), (Some(Role::User), vec![Some(MemberRole::Editor), None]));
        let (owner, viewer) = (Some(MemberRole::Owner), Some(MemberRole::Viewer));
        assert_eq!(given(&["heads", "lab", "guests", "keepers", "admins"]), (Some(Role::Admin), vec![owner, viewer]));
        assert_eq!(Given::by(&[], &["admins".to_owned()]), Given::default());
    }

    #[test]
    fn a_rule_that_is_none_is_refused() {
        for wrong in ["", "admins", "=ADMIN", "admins=KING", "lab=one:KING", "lab=One:EDITOR", "lab=:EDITOR"] {
            assert!(wrong.parse::<GroupRule>().is_err(), "{wrong:?} was accepted");
        }
    }
}
