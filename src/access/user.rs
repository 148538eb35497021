//! Who sends a request: asked of the database once, known to whatever comes after.

use rocket::Request;
use rocket::tokio::sync::OnceCell;
use uuid::Uuid;

use super::session;
use super::{Permission, Role};
use crate::base::actor::Actor;
use crate::base::language::Language;
use crate::base::{Error, Result};

/// Somebody signed in.
#[derive(Clone, Debug)]
pub struct User {
    pub id: Uuid,
    pub organisation: Uuid,
    pub name: String,
    pub organisation_name: String,
    pub organisation_kind: String,
    pub language: Language,
    pub roles: Vec<Role>,
    /// Signed in at a computer that several share.
    pub shared: bool,
    /// Seconds after which an unattended screen locks.
    pub lock: i64,
}

impl User {
    pub fn actor(&self) -> Actor {
        Actor::User { id: self.id, organisation: self.organisation }
    }

    /// True if one of the roles gives the permission; says nothing of any record.
    pub fn may(&self, wanted: Permission) -> bool {
        self.roles.iter().any(|role| role.permissions().contains(&wanted))
    }

    /// Works where people arrive: at an airport's desk or a border gate.
    pub fn is_at_gate(&self) -> bool {
        matches!(self.organisation_kind.as_str(), "airport" | "border")
    }

    /// Works in an office of a province that returnees go to: its centre, or its department.
    pub fn is_of_province(&self) -> bool {
        matches!(self.organisation_kind.as_str(), "esc" | "province")
    }

    /// Works in a province's department.
    pub fn is_of_department(&self) -> bool {
        self.organisation_kind == "province"
    }

    /// May keep private files of psychosocial care: never at a counter, and of an office that follows people up.
    pub fn provides_care(&self) -> bool {
        self.may(Permission::ProvideCare) && matches!(self.organisation_kind.as_str(), "mission" | "esc" | "province")
    }

    /// May open a case of another office in need: not at a counter, and of an office of the state.
    pub fn may_open_in_need(&self) -> bool {
        self.may(Permission::OpenInNeed) && !matches!(self.organisation_kind.as_str(), "provider" | "sender")
    }

    pub(super) fn purpose(&self) -> &'static str {
        self.roles.iter().map(|role| role.purpose()).next().unwrap_or("assistance")
    }

    /// Who sends this request, if anybody known; asked of the database once a request.
    pub async fn of<'r>(request: &'r Request<'_>) -> Result<&'r User> {
        let found = asked(request)
            .get_or_init(|| async { session::user_of(request).await.map_err(|e| format!("{e:?}")) })
            .await;
        match found {
            Ok(Some(user)) => Ok(user),
            Ok(None) => Err(Error::SignIn),
            Err(cause) => Err(Error::Unavailable(cause.clone())),
        }
    }
}

type Asked = OnceCell<std::result::Result<Option<User>, String>>;

fn asked<'r>(request: &'r Request<'_>) -> &'r Asked {
    request.local_cache(Asked::new)
}

/// The user if a guard has asked already; asks nothing itself, so it also works where the database does not.
pub fn known_user<'r>(request: &'r Request<'_>) -> Option<&'r User> {
    asked(request).get()?.as_ref().ok()?.as_ref()
}

/// The number of this request, for logs and the record of access.
pub fn request_id(request: &Request<'_>) -> Uuid {
    struct Id(Uuid);
    request.local_cache(|| Id(Uuid::now_v7())).0
}
