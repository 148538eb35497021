//! What happens to every request and every answer: forged writes are refused, headers set, bodies compressed.

use std::io::{Cursor, Write};

use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::uri::Origin;
use rocket::http::{ContentType, Header, Method};
use rocket::{Data, Request, Response};

use crate::base::asset::accepts;
use crate::base::settings::Settings;

/// Refuses writes that another site's page sends with our cookie. There is no token to carry: browsers say where a
/// request comes from (`Sec-Fetch-Site`, before that `Origin`), and what says neither is no browser and has no cookie to abuse.
pub struct SameOrigin;

/// Where refused writes are sent on to; see [`super::pages`].
pub const FORGED: &str = "/forged";

#[rocket::async_trait]
impl Fairing for SameOrigin {
    fn info(&self) -> Info {
        Info { name: "writes come from our own pages", kind: Kind::Request }
    }

    async fn on_request(&self, request: &mut Request<'_>, _: &mut Data<'_>) {
        if matches!(request.method(), Method::Get | Method::Head | Method::Options) {
            return;
        }
        let header = |name: &str| request.headers().get_one(name);
        let own = match (header("Sec-Fetch-Site"), header("Origin")) {
            (Some(site), _) => site == "same-origin" || site == "none",
            (None, Some(origin)) => {
                let host = origin.split_once("://").map(|(_, host)| host);
                let ours = request
                    .rocket()
                    .state::<Settings>()
                    .and_then(|s| s.address.as_deref())
                    .and_then(|a| a.split_once("://"))
                    .map(|(_, host)| host.trim_end_matches('/'));
                host.is_some() && (host == header("Host") || host == ours)
            }
            (None, None) => true,
        };
        if !own {
            request.set_method(Method::Get);
            request.set_uri(Origin::const_new(FORGED, None));
        }
    }
}

/// Headers of every answer. Nothing inline runs, nothing is framed, and no page of a person stays in a cache.
pub struct Headers;

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

#[rocket::async_trait]
impl Fairing for Headers {
    fn info(&self) -> Info {
        Info { name: "headers", kind: Kind::Response }
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        response.set_header(Header::new("Content-Security-Policy", CSP));
        response.set_header(Header::new("Cross-Origin-Opener-Policy", "same-origin"));
        response.set_header(Header::new("Cross-Origin-Resource-Policy", "same-origin"));
        if response.headers().get_one("Cache-Control").is_none() {
            response.set_header(Header::new("Cache-Control", "no-store"));
        }
        let secure = request.rocket().state::<crate::access::session::Cookies>().is_some_and(|c| c.secure);
        if secure {
            response.set_header(Header::new("Strict-Transport-Security", "max-age=31536000"));
        }
    }
}

/// Compresses pages, at the level that costs least (pages.md: a page of 20 kB becomes 4).
/// Nothing secret is in a page beside what its reader typed in another request, so lengths tell nothing.
pub struct Compress;

#[rocket::async_trait]
impl Fairing for Compress {
    fn info(&self) -> Info {
        Info { name: "compression", kind: Kind::Response }
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        let text =
            response.content_type().is_some_and(|kind: ContentType| kind.is_html() || kind.is_json() || kind.is_csv());
        if !text || response.headers().contains("Content-Encoding") {
            return;
        }
        response.set_header(Header::new("Vary", "Accept-Encoding, Cookie"));
        if !accepts(request, "gzip") {
            return;
        }
        let Ok(body) = response.body_mut().to_bytes().await else { return };
        let mut gzip = flate2::write::GzEncoder::new(Vec::with_capacity(body.len() / 3), flate2::Compression::fast());
        match gzip.write_all(&body).and_then(|()| gzip.finish()) {
            Ok(small) => {
                response.set_header(Header::new("Content-Encoding", "gzip"));
                response.set_sized_body(small.len(), Cursor::new(small));
            }
            Err(_) => response.set_sized_body(body.len(), Cursor::new(body)),
        }
    }
}
