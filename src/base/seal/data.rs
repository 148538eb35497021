//! Data keys: one for each restricted row and what hangs on it, kept in the database only wrapped by a master key.

use super::{Keys, Place, Use, cannot, decrypted, encrypted, key_id};
use crate::base::Result;

impl Keys {
    /// A fresh data key, and the same wrapped for this place by the current master key: the second is what is kept.
    pub fn new_data_key(&self, place: &Place<'_>) -> Result<(DataKey, Vec<u8>)> {
        let key = DataKey(rand::random());
        let wrapped = self.seal_bytes(Use::RestrictedWrap, place, &key.0)?;
        Ok((key, wrapped))
    }

    /// The data key that was wrapped for this place. Only what has asked the authorisation function may call it:
    /// `tests/rules.rs` names the files.
    pub fn unwrap_data_key(&self, place: &Place<'_>, wrapped: &[u8]) -> Result<DataKey> {
        let secret = self.open_bytes(Use::RestrictedWrap, place, wrapped)?;
        Ok(DataKey(secret.try_into().map_err(|_| cannot(place, "not a data key"))?))
    }

    /// The same data key wrapped by the current master key; nothing where it is already.
    pub fn wrapped_anew(&self, place: &Place<'_>, wrapped: &[u8]) -> Result<Option<Vec<u8>>> {
        if self.of(Use::RestrictedWrap).last().map(|key| key.id) == Some(key_id(place, wrapped)?) {
            return Ok(None);
        }
        let key = self.unwrap_data_key(place, wrapped)?;
        self.seal_bytes(Use::RestrictedWrap, place, &key.0).map(Some)
    }
}

/// Seals what hangs on one restricted row. Lives in memory for one request, and in the database only wrapped.
pub struct DataKey([u8; 32]);

/// A data key has no generations: what its ciphertexts carry in place of a key id.
const DATA_KEY: u32 = 0;

impl DataKey {
    pub fn seal(&self, place: &Place<'_>, value: &[u8]) -> Result<Vec<u8>> {
        encrypted(&self.0, DATA_KEY, place, value)
    }

    pub fn open(&self, place: &Place<'_>, sealed: &[u8]) -> Result<Vec<u8>> {
        decrypted(&self.0, place, sealed)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn place(row: u128) -> Place<'static> {
        Place { table: "care_files", column: "record_key", row: Uuid::from_u128(row) }
    }

    #[test]
    fn a_data_key_survives_a_rotation_of_its_master_and_is_bound_to_its_row() {
        let mut keys = Keys::new();
        let (key, wrapped) = keys.new_data_key(&place(1)).unwrap();
        let sealed = key.seal(&place(2), b"words").unwrap();
        assert!(keys.unwrap_data_key(&place(3), &wrapped).is_err());
        assert!(keys.wrapped_anew(&place(1), &wrapped).unwrap().is_none(), "nothing to do yet");
        keys.rotate(Use::RestrictedWrap);
        let again = keys.wrapped_anew(&place(1), &wrapped).unwrap().unwrap();
        assert!(keys.wrapped_anew(&place(1), &again).unwrap().is_none());
        for wrapped in [wrapped, again] {
            let key = keys.unwrap_data_key(&place(1), &wrapped).unwrap();
            assert_eq!(key.open(&place(2), &sealed).unwrap(), b"words");
            assert!(key.open(&place(1), &sealed).is_err());
        }
        let (other, _) = keys.new_data_key(&place(1)).unwrap();
        assert!(other.open(&place(2), &sealed).is_err());
    }
}
