//! Sealed values and blind indexes. Keys live outside the database and its backups: losing them loses what they sealed.
//!
//! A sealed value is `format byte 1 · key id (u32) · nonce (24 bytes) · XChaCha20-Poly1305 ciphertext`; the
//! associated data `table.column:row id` ties it to its place, so it cannot be moved to another row.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use sha2::Sha256;
use uuid::Uuid;

use super::{Error, Result};

mod data;

pub use data::DataKey;

const FORMAT: u8 = 1;
const NONCE: usize = 24;

/// What a key is for. One key never serves two uses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Use {
    /// Seals numbers of identity documents.
    IdentitySeal,
    /// Makes those numbers findable.
    IdentityIndex,
    /// Seals the files of cases.
    FileSeal,
    /// Signs certificates.
    Signing,
    /// Wraps the data keys of restricted rows.
    RestrictedWrap,
    /// Seals the few restricted values that have no data key of their own.
    RestrictedSeal,
}

const USES: [(Use, &str); 6] = [
    (Use::IdentitySeal, "identity-seal"),
    (Use::IdentityIndex, "identity-index"),
    (Use::FileSeal, "file-seal"),
    (Use::Signing, "signing"),
    (Use::RestrictedWrap, "restricted-wrap"),
    (Use::RestrictedSeal, "restricted-seal"),
];

/// The keys of this installation: for each use the current one last, older ones before it.
#[derive(Clone)]
pub struct Keys(BTreeMap<Use, Vec<Key>>);

#[derive(Clone)]
struct Key {
    id: u32,
    secret: [u8; 32],
}

/// A blind index of a value and the id of the key that made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blind {
    pub key: u32,
    pub index: String,
}

impl Keys {
    /// Fresh keys, each with id 1.
    pub fn new() -> Keys {
        Keys(USES.iter().map(|(of, _)| (*of, vec![Key { id: 1, secret: rand::random() }])).collect())
    }

    /// Reads the key file; makes one that only this account can read where there is none and `make` allows it, and adds
    /// a key for a use that the file is too old to know. Either is otherwise an error: new keys beside old data would
    /// lose it without a word.
    pub fn open(file: &Path, make: bool) -> Result<Keys> {
        match fs::read_to_string(file) {
            Ok(text) => {
                let mode = fs::metadata(file).map_err(Error::internal)?.permissions().mode();
                if mode & 0o077 != 0 {
                    return Err(Error::Internal(format!(
                        "{} can be read by others; run: chmod 600 {0}",
                        file.display()
                    )));
                }
                let mut keys = Keys::parse(&text)?;
                let missing: Vec<(Use, &str)> = USES.into_iter().filter(|(of, _)| keys.of(*of).is_empty()).collect();
                if missing.is_empty() {
                    return Ok(keys);
                }
                if !make {
                    let names: Vec<&str> = missing.iter().map(|(_, name)| *name).collect();
                    return Err(Error::Internal(format!(
                        "the key file has no key for {}; `trove keys` adds it",
                        names.join(", ")
                    )));
                }
                // What stands there stays as it is, remarks and all.
                let mut text = text.trim_end().to_owned() + "\n";
                for (of, name) in missing {
                    keys.rotate(of);
                    text.push_str(&keys.lines(of, name));
                }
                write(file, &text)?;
                Ok(keys)
            }
            Err(e) if e.kind() == std::io::ErrorKind::NotFound && make => {
                let keys = Keys::new();
                write(file, &keys.written())?;
                Ok(keys)
            }
            Err(e) => Err(Error::Internal(format!("cannot read the keys in {}: {e}", file.display()))),
        }
    }

    /// Adds a new current key for a use, by its name in the file; older ones stay, since they opened what was sealed before.
    pub fn rotate_in(file: &Path, name: &str) -> Result<()> {
        let mut keys = Keys::open(file, false)?;
        let known: Vec<&str> = USES.iter().map(|(_, name)| *name).collect();
        let (of, name) = USES
            .into_iter()
            .find(|(_, known)| *known == name)
            .ok_or_else(|| Error::Internal(format!("no key is for {name:?}; there are {}", known.join(", "))))?;
        keys.rotate(of);
        let newest = keys.of(of).last().map(|key| format!("{name} {} {}\n", key.id, to_hex(&key.secret)));
        let text = fs::read_to_string(file).map_err(Error::internal)?;
        write(file, &(text.trim_end().to_owned() + "\n" + &newest.unwrap_or_default()))
    }

    /// Lines of `use id hex`, later ones current; `#` begins a remark.
    fn parse(text: &str) -> Result<Keys> {
        let wrong = |line: &str| {
            Error::Internal(format!(
                "the key file has a line that is not `use id hex`: it begins with {:?}",
                line.split(' ').next()
            ))
        };
        let mut keys: BTreeMap<Use, Vec<Key>> = BTreeMap::new();
        for line in text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')) {
            let mut parts = line.split_whitespace();
            let (Some(name), Some(id), Some(hex), None) = (parts.next(), parts.next(), parts.next(), parts.next())
            else {
                return Err(wrong(line));
            };
            let (of, _) = USES.iter().find(|(_, known)| *known == name).ok_or_else(|| wrong(line))?;
            let id = id.parse().map_err(|_| wrong(line))?;
            let secret = from_hex(hex).and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| wrong(line))?;
            keys.entry(*of).or_default().push(Key { id, secret });
        }
        Ok(Keys(keys))
    }

    fn written(&self) -> String {
        let mut text = String::from(
            "# Keys of this installation. Without this file sealed data cannot be read again: keep a copy apart from the database.\n",
        );
        for (of, name) in USES {
            text.push_str(&self.lines(of, name));
        }
        text
    }

    fn lines(&self, of: Use, name: &str) -> String {
        self.of(of).iter().map(|key| format!("{name} {} {}\n", key.id, to_hex(&key.secret))).collect()
    }

    fn of(&self, of: Use) -> &[Key] {
        self.0.get(&of).map_or(&[], Vec::as_slice)
    }

    /// Adds a new current key for a use, as a rotation does.
    pub fn rotate(&mut self, of: Use) {
        let keys = self.0.entry(of).or_default();
        let id = keys.iter().map(|k| k.id).max().unwrap_or(0) + 1;
        keys.push(Key { id, secret: rand::random() });
    }

    /// Seals a value for one place.
    pub fn seal(&self, of: Use, place: &Place<'_>, value: &str) -> Result<Vec<u8>> {
        self.seal_bytes(of, place, value.as_bytes())
    }

    /// The same of bytes that are no text.
    pub fn seal_bytes(&self, of: Use, place: &Place<'_>, value: &[u8]) -> Result<Vec<u8>> {
        let key = self.of(of).last().ok_or_else(|| Error::Internal("no key".into()))?;
        encrypted(&key.secret, key.id, place, value)
    }

    /// Opens a value sealed for this very place.
    pub fn open_sealed(&self, of: Use, place: &Place<'_>, sealed: &[u8]) -> Result<String> {
        let opened = self.open_bytes(of, place, sealed)?;
        String::from_utf8(opened).map_err(|_| Error::Internal(format!("cannot unseal {place}: not text")))
    }

    /// The same of bytes that are no text.
    pub fn open_bytes(&self, of: Use, place: &Place<'_>, sealed: &[u8]) -> Result<Vec<u8>> {
        let id = key_id(place, sealed)?;
        let known = self.of(of).iter().find(|k| k.id == id);
        let key = known.ok_or_else(|| cannot(place, "its key is not in the key file"))?;
        decrypted(&key.secret, place, sealed)
    }

    /// The index under the current key: what is kept.
    pub fn blind(&self, of: Use, value: &str) -> Result<Blind> {
        let key = self.of(of).last().ok_or_else(|| Error::Internal("no key".into()))?;
        blind_with(key, value)
    }

    /// The index under every key still known: what is looked for while a rotation is under way.
    pub fn blind_all(&self, of: Use, value: &str) -> Result<Vec<Blind>> {
        self.of(of).iter().map(|key| blind_with(key, value)).collect()
    }

    /// Signs (Ed25519, RFC 8032) with the current key; gives its id and the signature of 64 bytes.
    pub fn sign(&self, content: &[u8]) -> Result<(u32, Vec<u8>)> {
        let key = self.of(Use::Signing).last().ok_or_else(|| Error::Internal("no key".into()))?;
        Ok((key.id, pair(key)?.sign(content).as_ref().to_vec()))
    }

    /// True if the key with this id signed this very content; false also where no such key is known.
    pub fn signed(&self, id: u32, content: &[u8], signature: &[u8]) -> bool {
        let public = self.public().ok().into_iter().flatten().find(|(known, _)| *known == id);
        public.is_some_and(|(_, key)| UnparsedPublicKey::new(&ED25519, key).verify(content, signature).is_ok())
    }

    /// What anybody needs to check a signature: each signing key's id and its public half.
    pub fn public(&self) -> Result<Vec<(u32, Vec<u8>)>> {
        self.of(Use::Signing).iter().map(|key| Ok((key.id, pair(key)?.public_key().as_ref().to_vec()))).collect()
    }
}

fn cannot(place: &Place<'_>, why: &str) -> Error {
    Error::Internal(format!("cannot unseal {place}: {why}"))
}

/// Format, key id and nonce stand before the ciphertext.
const HEAD: usize = 1 + 4 + NONCE;

fn encrypted(secret: &[u8; 32], id: u32, place: &Place<'_>, value: &[u8]) -> Result<Vec<u8>> {
    let nonce: [u8; NONCE] = rand::random();
    let aad = place.to_string();
    let sealed = XChaCha20Poly1305::new(secret.into())
        .encrypt(&XNonce::from(nonce), Payload { msg: value, aad: aad.as_bytes() })
        .map_err(|_| Error::Internal("sealing failed".into()))?;
    let mut out = Vec::with_capacity(HEAD + sealed.len());
    out.push(FORMAT);
    out.extend_from_slice(&id.to_be_bytes());
    out.extend_from_slice(&nonce);
    out.extend_from_slice(&sealed);
    Ok(out)
}

fn key_id(place: &Place<'_>, sealed: &[u8]) -> Result<u32> {
    let (head, _) = sealed.split_at_checked(HEAD).ok_or_else(|| cannot(place, "too short"))?;
    match head {
        [FORMAT, a, b, c, d, ..] => Ok(u32::from_be_bytes([*a, *b, *c, *d])),
        _ => Err(cannot(place, "unknown format")),
    }
}

fn decrypted(secret: &[u8; 32], place: &Place<'_>, sealed: &[u8]) -> Result<Vec<u8>> {
    key_id(place, sealed)?;
    let (head, body) = sealed.split_at_checked(HEAD).ok_or_else(|| cannot(place, "too short"))?;
    let nonce: [u8; NONCE] = head[HEAD - NONCE..].try_into().map_err(|_| cannot(place, "no nonce"))?;
    let aad = place.to_string();
    XChaCha20Poly1305::new(secret.into())
        .decrypt(&XNonce::from(nonce), Payload { msg: body, aad: aad.as_bytes() })
        .map_err(|_| cannot(place, "wrong place or damaged"))
}

fn pair(key: &Key) -> Result<Ed25519KeyPair> {
    Ed25519KeyPair::from_seed_unchecked(&key.secret).map_err(Error::internal)
}

/// Written aside and renamed, so that a crash leaves no half a key file.
fn write(file: &Path, text: &str) -> Result<()> {
    let aside = file.with_extension("new");
    let mut out = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&aside)
        .map_err(Error::internal)?;
    out.write_all(text.as_bytes()).and_then(|()| out.sync_all()).map_err(Error::internal)?;
    fs::rename(&aside, file).map_err(Error::internal)
}

impl Default for Keys {
    fn default() -> Keys {
        Keys::new()
    }
}

fn blind_with(key: &Key, value: &str) -> Result<Blind> {
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(&key.secret).map_err(Error::internal)?;
    mac.update(value.as_bytes());
    Ok(Blind { key: key.id, index: to_hex(&mac.finalize().into_bytes()) })
}

/// Where a sealed value lives.
pub struct Place<'a> {
    pub table: &'a str,
    pub column: &'a str,
    pub row: Uuid,
}

impl std::fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}:{}", self.table, self.column, self.row)
    }
}

pub fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn from_hex(hex: &str) -> Option<Vec<u8>> {
    if !hex.len().is_multiple_of(2) || !hex.is_ascii() {
        return None;
    }
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(row: u128) -> Place<'static> {
        Place { table: "identity_documents", column: "number_sealed", row: Uuid::from_u128(row) }
    }

    #[test]
    fn a_sealed_value_opens_only_in_its_place() {
        let keys = Keys::new();
        let sealed = keys.seal(Use::IdentitySeal, &place(1), "001190000018").unwrap();
        assert_eq!(keys.open_sealed(Use::IdentitySeal, &place(1), &sealed).unwrap(), "001190000018");
        assert!(keys.open_sealed(Use::IdentitySeal, &place(2), &sealed).is_err());
        assert!(keys.open_sealed(Use::IdentityIndex, &place(1), &sealed).is_err());
        assert!(Keys::new().open_sealed(Use::IdentitySeal, &place(1), &sealed).is_err());
        for at in 0..sealed.len() {
            let mut damaged = sealed.clone();
            damaged[at] ^= 1;
            assert!(keys.open_sealed(Use::IdentitySeal, &place(1), &damaged).is_err(), "byte {at}");
        }
        assert!(keys.open_sealed(Use::IdentitySeal, &place(1), &sealed[..20]).is_err());
    }

    #[test]
    fn a_key_is_rotated_in_its_file_and_the_older_one_stays() {
        let file = std::env::temp_dir().join(format!("trove-rotated-{}", Uuid::new_v4()));
        let before = Keys::open(&file, true).unwrap();
        let (key, wrapped) = before.new_data_key(&place(1)).unwrap();
        let sealed = key.seal(&place(2), b"words").unwrap();
        Keys::rotate_in(&file, "restricted-wrap").unwrap();
        assert!(Keys::rotate_in(&file, "nothing").is_err());
        let after = Keys::open(&file, false).unwrap();
        let again = after.wrapped_anew(&place(1), &wrapped).unwrap().expect("under the new key");
        assert!(before.unwrap_data_key(&place(1), &again).is_err(), "the older file does not know it");
        let key = after.unwrap_data_key(&place(1), &again).unwrap();
        assert_eq!(key.open(&place(2), &sealed).unwrap(), b"words");
        fs::remove_file(&file).unwrap();
    }

    #[test]
    fn a_signature_holds_for_what_was_signed_by_any_key_still_known() {
        let mut keys = Keys::new();
        let (id, signature) = keys.sign(b"bac 3").unwrap();
        keys.rotate(Use::Signing);
        let (next, _) = keys.sign(b"bac 3").unwrap();
        assert_ne!(id, next);
        assert!(keys.signed(id, b"bac 3", &signature), "after a rotation too");
        assert!(!keys.signed(next, b"bac 3", &signature));
        assert!(!keys.signed(9, b"bac 3", &signature));
        assert!(!keys.signed(id, b"bac 4", &signature));
        assert!(!Keys::new().signed(id, b"bac 3", &signature));
        assert_eq!(keys.public().unwrap().len(), 2);
    }

    #[test]
    fn two_generations_are_searchable_during_a_rotation() {
        let mut keys = Keys::new();
        let before = keys.blind(Use::IdentityIndex, "x").unwrap();
        let sealed = keys.seal(Use::IdentitySeal, &place(1), "v").unwrap();
        keys.rotate(Use::IdentityIndex);
        keys.rotate(Use::IdentitySeal);
        let after = keys.blind(Use::IdentityIndex, "x").unwrap();
        assert_ne!(before, after);
        assert_eq!(keys.blind_all(Use::IdentityIndex, "x").unwrap(), vec![before, after]);
        assert_eq!(keys.open_sealed(Use::IdentitySeal, &place(1), &sealed).unwrap(), "v");
    }

    #[test]
    fn a_key_file_is_made_once_and_kept_to_its_owner() {
        let folder = std::env::temp_dir().join(format!("trove-keys-{}", Uuid::new_v4()));
        fs::create_dir(&folder).unwrap();
        let file = folder.join("keys");
        assert!(Keys::open(&file, false).is_err());
        let made = Keys::open(&file, true).unwrap();
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        let read = Keys::open(&file, true).unwrap();
        assert_eq!(made.blind(Use::IdentityIndex, "x").unwrap(), read.blind(Use::IdentityIndex, "x").unwrap());
        // A file of before this program sealed files: the key is added only where that is allowed, beside what stands there.
        let text = fs::read_to_string(&file).unwrap();
        let older: String = text.lines().filter(|l| !l.starts_with("file-seal")).map(|l| format!("{l}\n")).collect();
        fs::write(&file, format!("# ours\n{older}")).unwrap();
        assert!(Keys::open(&file, false).is_err());
        let added = Keys::open(&file, true).unwrap();
        assert_eq!(made.blind(Use::IdentityIndex, "x").unwrap(), added.blind(Use::IdentityIndex, "x").unwrap());
        let sealed = added.seal_bytes(Use::FileSeal, &place(1), &[0xff, 0]).unwrap();
        let again = Keys::open(&file, false).unwrap();
        assert_eq!(again.open_bytes(Use::FileSeal, &place(1), &sealed).unwrap(), [0xff, 0]);
        assert!(again.open_sealed(Use::FileSeal, &place(1), &sealed).is_err(), "no text");
        assert!(fs::read_to_string(&file).unwrap().starts_with("# ours\n"));
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(Keys::open(&file, true).is_err());
        fs::remove_dir_all(&folder).unwrap();
    }
}
