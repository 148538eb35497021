//! Status abroad, where the worker spoke of it unasked: kept sealed for the helper who was told and a deputy (practice 22).
//! It stands in no list, filter or file, and no query can ask for it.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::access::{Ground, Permission, User, may};
use crate::base::seal::{Keys, Place};
use crate::base::{Error, Result};
use crate::schema::regularities;

/// The row as the policies let it through: to its keeper and the deputy.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = regularities)]
pub struct Status {
    id: Uuid,
    regularity: Option<String>,
    keeper_id: Uuid,
    deputy_id: Option<Uuid>,
    value_key: Option<Vec<u8>>,
    sealed: Option<Vec<u8>>,
}

/// As it is shown to somebody who may read it.
pub struct Told {
    pub regularity: String,
    pub deputy: Option<Uuid>,
    /// It was I who was told.
    pub mine: bool,
}

fn place(id: Uuid, column: &'static str) -> Place<'static> {
    Place { table: "regularities", column, row: id }
}

impl Status {
    /// What was told, for the keeper and the deputy and nobody else.
    pub fn open(&self, keys: &Keys, user: &User, now: OffsetDateTime) -> Result<Option<Told>> {
        let named: Vec<Uuid> = [Some(self.keeper_id), self.deputy_id].into_iter().flatten().collect();
        let ground = Ground { protected: true, named, ..Ground::default() };
        if !may(user, Permission::ReadPeople, Some(&ground), now) {
            return Ok(None);
        }
        let regularity = match (&self.sealed, &self.value_key, &self.regularity) {
            (Some(sealed), Some(wrapped), _) => {
                let key = keys.unwrap_data_key(&place(self.id, "value_key"), wrapped)?;
                let opened = key.open(&place(self.id, "sealed"), sealed)?;
                String::from_utf8(opened).map_err(Error::internal)?.trim_end().to_owned()
            }
            (_, _, Some(clear)) => clear.clone(),
            _ => return Err(Error::Internal("a status without a word".into())),
        };
        Ok(Some(Told { regularity, deputy: self.deputy_id, mine: self.keeper_id == user.id }))
    }
}

/// The wrapped key and the word under it, of one length whatever the word.
pub fn sealed(keys: &Keys, id: Uuid, word: &str) -> Result<(Vec<u8>, Vec<u8>)> {
    let (key, wrapped) = keys.new_data_key(&place(id, "value_key"))?;
    let sealed = key.seal(&place(id, "sealed"), format!("{word:<16}").as_bytes())?;
    Ok((wrapped, sealed))
}

/// The wrapped key under the current master key; nothing where it is already.
pub fn wrapped_anew(keys: &Keys, id: Uuid, wrapped: &[u8]) -> Result<Option<Vec<u8>>> {
    keys.wrapped_anew(&place(id, "value_key"), wrapped)
}

/// Keeps what a helper was told, for that helper and a deputy. `None` takes it back. Where somebody else was told already,
/// nothing changes and nothing is said.
pub async fn keep(
    db: &mut AsyncPgConnection,
    keys: &Keys,
    user: &User,
    episode: Uuid,
    regularity: Option<&str>,
    deputy: Option<Uuid>,
) -> Result<()> {
    let mine = regularities::table.filter(regularities::episode_id.eq(episode));
    diesel::delete(mine.filter(regularities::keeper_id.eq(user.id))).execute(db).await?;
    if let Some(regularity) = regularity {
        let id = Uuid::now_v7();
        let (wrapped, sealed) = sealed(keys, id, regularity)?;
        diesel::insert_into(regularities::table)
            .values((
                regularities::id.eq(id),
                regularities::episode_id.eq(episode),
                regularities::keeper_id.eq(user.id),
                regularities::deputy_id.eq(deputy),
                regularities::value_key.eq(wrapped),
                regularities::sealed.eq(sealed),
            ))
            .on_conflict_do_nothing()
            .execute(db)
            .await?;
    }
    Ok(())
}
