//! Who acts. Every transaction has one; the policies in `database/policies.sql` ask nothing else.

use uuid::Uuid;

/// Whoever a transaction is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A signed-in member of staff, in their organisation.
    User { id: Uuid, organisation: Uuid },
    /// The returnee of a case, through self-service.
    Returnee { case: Uuid },
    /// Another system, by its key.
    Machine { key: Uuid },
    /// A part of this program that acts for nobody; each has policies of its own.
    Service(&'static str),
    /// Nobody known: sees what is published and nothing else.
    Visitor,
}

impl Actor {
    pub fn kind(&self) -> &'static str {
        match self {
            Actor::User { .. } => "user",
            Actor::Returnee { .. } => "returnee",
            Actor::Machine { .. } => "machine",
            Actor::Service(_) => "service",
            Actor::Visitor => "visitor",
        }
    }

    /// What tells one actor of a kind from another; empty for visitors.
    pub fn id(&self) -> String {
        match self {
            Actor::User { id, .. } => id.to_string(),
            Actor::Returnee { case } => case.to_string(),
            Actor::Machine { key } => key.to_string(),
            Actor::Service(name) => (*name).to_owned(),
            Actor::Visitor => String::new(),
        }
    }

    pub fn organisation(&self) -> Option<Uuid> {
        match self {
            Actor::User { organisation, .. } => Some(*organisation),
            _ => None,
        }
    }

    /// The actor that a job remembered. Services are known by name to the code that runs them.
    pub fn remembered(kind: &str, id: &str, organisation: Option<Uuid>) -> Option<Actor> {
        let uuid = || id.parse::<Uuid>().ok();
        match kind {
            "user" => Some(Actor::User { id: uuid()?, organisation: organisation? }),
            "returnee" => Some(Actor::Returnee { case: uuid()? }),
            "machine" => Some(Actor::Machine { key: uuid()? }),
            "service" => SERVICES.iter().find(|name| **name == id).map(|name| Actor::Service(name)),
            "visitor" => Some(Actor::Visitor),
            _ => None,
        }
    }
}

/// Every service that may act. A name that is not here cannot be an actor.
pub const SERVICES: &[&str] = &["sign-in", "worker", "sealer", "command-line"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_actor_survives_being_remembered() {
        let id = Uuid::from_u128(7);
        for actor in [
            Actor::User { id, organisation: id },
            Actor::Returnee { case: id },
            Actor::Machine { key: id },
            Actor::Service("worker"),
            Actor::Visitor,
        ] {
            assert_eq!(Actor::remembered(actor.kind(), &actor.id(), actor.organisation()), Some(actor));
        }
        assert_eq!(Actor::remembered("service", "root", None), None);
        assert_eq!(Actor::remembered("user", "x'; DROP", None), None);
    }
}
