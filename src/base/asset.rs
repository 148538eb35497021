//! Style sheets, scripts, fonts and images: read once, compressed once, served under a hash of their content.
//!
//! The hash is of the whole tree and stands in the path, so references inside a style sheet stay relative
//! and every answer may be kept for a year.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rocket::http::{ContentType, Header, Status};
use rocket::request::Request;
use rocket::response::{self, Responder, Response};
use sha2::{Digest, Sha256};

use super::seal::to_hex;

/// The tree under `static/`.
pub struct Assets {
    hash: String,
    files: BTreeMap<String, Asset>,
}

struct Asset {
    kind: ContentType,
    plain: Vec<u8>,
    gzip: OnceLock<Option<Vec<u8>>>,
    brotli: OnceLock<Option<Vec<u8>>>,
}

impl Assets {
    pub fn read(root: &Path) -> std::io::Result<Assets> {
        let mut found = Vec::new();
        walk(root, &mut found)?;
        found.sort();
        let mut hash = Sha256::new();
        let mut files = BTreeMap::new();
        for path in found {
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
            let plain = fs::read(&path)?;
            hash.update(name.as_bytes());
            hash.update((plain.len() as u64).to_be_bytes());
            hash.update(&plain);
            let kind = path
                .extension()
                .and_then(|e| ContentType::from_extension(&e.to_string_lossy()))
                .unwrap_or(ContentType::Binary);
            files.insert(name, Asset { kind, plain, gzip: OnceLock::new(), brotli: OnceLock::new() });
        }
        Ok(Assets { hash: to_hex(&hash.finalize()[..6]), files })
    }

    /// A tree with nothing in it.
    pub fn empty() -> Assets {
        Assets { hash: "none".into(), files: BTreeMap::new() }
    }

    /// The address of a file by its name under `static/`.
    pub fn url(&self, name: &str) -> String {
        format!("/static/{}/{name}", self.hash)
    }
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(&path, found)?;
        } else {
            found.push(path);
        }
    }
    Ok(())
}

impl Asset {
    /// Fonts and pictures are compressed already.
    fn compresses(&self) -> bool {
        self.kind.is_css() || self.kind.is_javascript() || self.kind.is_svg()
    }

    fn gzip(&self) -> Option<&[u8]> {
        let make = || {
            let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
            out.write_all(&self.plain).and_then(|()| out.finish()).ok()
        };
        self.gzip.get_or_init(make).as_deref()
    }

    fn brotli(&self) -> Option<&[u8]> {
        let make = || {
            let mut out = Vec::new();
            let params = brotli::enc::BrotliEncoderParams { quality: 9, ..Default::default() };
            brotli::BrotliCompress(&mut Cursor::new(&self.plain), &mut out, &params).ok().map(|_| out)
        };
        self.brotli.get_or_init(make).as_deref()
    }
}

/// An answer from the tree.
pub struct Served<'a> {
    asset: &'a Asset,
    for_good: bool,
}

impl Assets {
    /// The file of that name. Asked for under another hash (a page of the release before), it is served but not kept.
    pub fn serve(&self, hash: &str, name: &str) -> Option<Served<'_>> {
        self.files.get(name).map(|asset| Served { asset, for_good: hash == self.hash })
    }
}

/// True if the client accepts this coding.
pub fn accepts(request: &Request<'_>, coding: &str) -> bool {
    request.headers().get("Accept-Encoding").flat_map(|value| value.split(',')).any(|one| {
        let mut parts = one.split(';').map(str::trim);
        parts.next() == Some(coding) && !parts.any(|p| matches!(p, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

impl<'r> Responder<'r, 'r> for Served<'r> {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'r> {
        let Served { asset, for_good } = self;
        let mut answer = Response::build();
        answer.header(asset.kind.clone()).header(Header::new(
            "Cache-Control",
            if for_good { "public, max-age=31536000, immutable" } else { "no-store" },
        ));
        let (coding, body): (Option<&'static str>, &'r [u8]) = if !asset.compresses() {
            (None, &asset.plain)
        } else {
            answer.raw_header("Vary", "Accept-Encoding");
            match (accepts(request, "br"), accepts(request, "gzip")) {
                (true, _) if asset.brotli().is_some() => (Some("br"), asset.brotli().unwrap_or_default()),
                (_, true) if asset.gzip().is_some() => (Some("gzip"), asset.gzip().unwrap_or_default()),
                _ => (None, &asset.plain),
            }
        };
        if let Some(coding) = coding {
            answer.raw_header("Content-Encoding", coding);
        }
        answer.status(Status::Ok).sized_body(body.len(), Cursor::new(body)).ok()
    }
}
