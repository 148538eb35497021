//! Texts to telephones, by one POST to a gateway over HTTP: `{id, to, from, text}`, the id as `Idempotency-Key` too.
//!
//! Whatever the operator's gateway speaks, a small adapter beside it can speak this. No redirect is followed and no answer
//! is read beyond its status, so nothing of it reaches a log.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::rt::{Read, Write};
use hyper::{Request, StatusCode, Uri, header};
use hyper_util::rt::TokioIo;
use rocket::tokio::fs;
use rocket::tokio::net::TcpStream;
use rocket::tokio::task::JoinSet;
use serde_json::json;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use uuid::Uuid;

use super::settings::Settings;
use super::{Error, Result};

/// What a server said of a message. That it should be tried later is an error.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Taken {
    Yes,
    /// Never, however often it is asked.
    Refused,
}

/// Where texts leave the house.
#[derive(Clone)]
pub enum Texts {
    Gateway(Arc<Gateway>),
    /// No gateway is set: each text becomes a file.
    Folder(PathBuf),
}

pub struct Gateway {
    url: Uri,
    host: String,
    port: u16,
    token: Option<String>,
    from: Option<String>,
    tls: Option<TlsConnector>,
}

const NOT_AN_ADDRESS: &str = "SMS_URL is not of the form https://host/path, or http:// on this machine";

impl Gateway {
    fn new(url: &str, settings: &Settings) -> Result<Gateway> {
        let wrong = || Error::Internal(NOT_AN_ADDRESS.into());
        let url: Uri = url.parse().map_err(|_| wrong())?;
        let host = url.host().ok_or_else(wrong)?.trim_matches(['[', ']']).to_owned();
        let this_machine = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
        let secret = match url.scheme_str() {
            Some("https") => true,
            // Numbers and the token would travel in the open.
            Some("http") if this_machine => false,
            _ => return Err(wrong()),
        };
        let port = url.port_u16().unwrap_or(if secret { 443 } else { 80 });
        let tls = if secret { Some(tls()?) } else { None };
        Ok(Gateway { url, host, port, token: settings.sms_token.clone(), from: settings.sms_from.clone(), tls })
    }

    fn request(&self, id: Uuid, to: &str, text: &str) -> Result<Request<Full<Bytes>>> {
        let body = json!({ "id": id, "to": to, "from": self.from, "text": text }).to_string();
        let path = self.url.path_and_query().map_or("/", |path| path.as_str());
        let authority = self.url.authority().map(|authority| authority.as_str()).unwrap_or_default();
        let mut request = Request::post(path)
            .header(header::HOST, authority.rsplit('@').next().unwrap_or_default())
            .header(header::CONTENT_TYPE, "application/json")
            .header("Idempotency-Key", id.to_string());
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        request
            .body(Full::new(Bytes::from(body)))
            .map_err(|_| Error::Internal("SMS_TOKEN cannot stand in a header".into()))
    }

    async fn send(&self, id: Uuid, to: &str, text: &str) -> Result<Taken> {
        let request = self.request(id, to, text)?;
        let stream =
            TcpStream::connect((self.host.as_str(), self.port)).await.map_err(|_| not_now("cannot be reached"))?;
        let status = match &self.tls {
            Some(tls) => {
                let name =
                    ServerName::try_from(self.host.clone()).map_err(|_| Error::Internal(NOT_AN_ADDRESS.into()))?;
                let stream = tls.connect(name, stream).await.map_err(|_| not_now("shows no certificate that holds"))?;
                exchange(TokioIo::new(stream), request).await?
            }
            None => exchange(TokioIo::new(stream), request).await?,
        };
        taken(status)
    }
}

fn not_now(why: &str) -> Error {
    Error::Unavailable(format!("the gateway of texts {why}"))
}

fn tls() -> Result<TlsConnector> {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(Error::internal)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

async fn exchange<S>(stream: S, request: Request<Full<Bytes>>) -> Result<StatusCode>
where
    S: Read + Write + Unpin + Send + 'static,
{
    let broken = |_| not_now("broke off");
    let (mut sender, connection) = http1::handshake(stream).await.map_err(broken)?;
    // Driven beside the request, and dropped with it when the time is up.
    let mut driver = JoinSet::new();
    driver.spawn(connection);
    Ok(sender.send_request(request).await.map_err(broken)?.status())
}

/// What a status says: taken, refused for good, or not now. What speaks of us and not of the message, such as a token
/// that is not known or an address that is not there, is for the operator to mend: meanwhile nothing is lost.
fn taken(status: StatusCode) -> Result<Taken> {
    match status.as_u16() {
        200..300 => Ok(Taken::Yes),
        401 | 403 | 404 | 405 | 407 | 408 | 425 | 429 => Err(not_now(&format!("answered {}", status.as_u16()))),
        400..500 => Ok(Taken::Refused),
        other => Err(not_now(&format!("answered {other}"))),
    }
}

impl Texts {
    pub fn new(settings: &Settings, folder: PathBuf) -> Result<Texts> {
        match &settings.sms_url {
            Some(url) => Ok(Texts::Gateway(Arc::new(Gateway::new(url, settings)?))),
            None => Ok(Texts::Folder(folder)),
        }
    }

    /// Sends one text under its id; again under the same one if it is asked again.
    pub async fn send(&self, id: Uuid, to: &str, text: &str) -> Result<Taken> {
        match self {
            Texts::Gateway(gateway) => gateway.send(id, to, text).await,
            Texts::Folder(folder) => {
                let file = json!({ "id": id, "to": to, "text": text }).to_string();
                fs::write(folder.join(format!("{id}.json")), file)
                    .await
                    .map_err(|_| Error::Unavailable("the outbox folder cannot be written".into()))?;
                Ok(Taken::Yes)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gateway(url: &str) -> Result<Gateway> {
        let settings = Settings { sms_token: Some("geheim".into()), ..Settings::default() };
        Gateway::new(url, &settings)
    }

    #[test]
    fn numbers_and_the_token_never_travel_in_the_open() {
        for url in ["https://sms.example/v1/send", "http://127.0.0.1:8080/", "http://[::1]/send", "http://localhost"] {
            assert!(gateway(url).is_ok(), "{url}");
        }
        for url in ["http://sms.example/send", "http://10.0.0.7/send", "ftp://127.0.0.1", "sms.example", "", "https://"]
        {
            assert!(gateway(url).is_err(), "{url:?}");
        }
    }

    #[test]
    fn one_id_stands_in_the_body_and_the_header() {
        let id = Uuid::now_v7();
        let request =
            gateway("https://sms.example:8443/v1/send?x=1").unwrap().request(id, "+84912345678", "Chào").unwrap();
        let header = |name: &str| request.headers().get(name).unwrap().to_str().unwrap().to_owned();
        assert_eq!(request.uri(), "/v1/send?x=1");
        assert_eq!(header("host"), "sms.example:8443");
        assert_eq!(header("idempotency-key"), id.to_string());
        assert_eq!(header("authorization"), "Bearer geheim");
    }

    #[test]
    fn what_speaks_of_the_message_is_final_and_the_rest_is_tried_again() {
        for (status, outcome) in
            [(200, Some(Taken::Yes)), (202, Some(Taken::Yes)), (400, Some(Taken::Refused)), (422, Some(Taken::Refused))]
        {
            assert_eq!(taken(StatusCode::from_u16(status).unwrap()).ok(), outcome, "{status}");
        }
        for status in [301, 401, 403, 404, 408, 429, 500, 503] {
            assert!(taken(StatusCode::from_u16(status).unwrap()).is_err(), "{status}");
        }
    }
}
