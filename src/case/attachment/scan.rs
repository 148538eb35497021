//! What clamd says of a file, piece by piece as it is read; see clamd(8), INSTREAM.

use std::time::Duration;

use rocket::tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use rocket::tokio::net::{TcpStream, UnixStream};
use rocket::tokio::time::timeout;

use crate::base::{Error, Result};

/// One step of the talk takes no longer.
const PATIENCE: Duration = Duration::from_secs(30);

trait Line: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Line for T {}

/// A talk with clamd about one file.
pub struct Scan(Box<dyn Line>);

fn down(cause: impl std::fmt::Display) -> Error {
    Error::Unavailable(format!("clamd: {cause}"))
}

impl Scan {
    /// `place`: a socket's path, or `host:port`.
    pub async fn begin(place: &str) -> Result<Scan> {
        let reached = async {
            Ok::<Box<dyn Line>, std::io::Error>(if place.starts_with('/') {
                Box::new(UnixStream::connect(place).await?)
            } else {
                Box::new(TcpStream::connect(place).await?)
            })
        };
        let line = timeout(PATIENCE, reached).await.map_err(down)?.map_err(down)?;
        let mut scan = Scan(line);
        scan.say(b"zINSTREAM\0").await?;
        Ok(scan)
    }

    async fn say(&mut self, bytes: &[u8]) -> Result<()> {
        timeout(PATIENCE, self.0.write_all(bytes)).await.map_err(down)?.map_err(down)
    }

    pub async fn piece(&mut self, bytes: &[u8]) -> Result<()> {
        self.say(&u32::try_from(bytes.len()).map_err(Error::internal)?.to_be_bytes()).await?;
        self.say(bytes).await
    }

    /// True if clamd found nothing. What it found is not kept: its names help nobody here.
    pub async fn is_clean(mut self) -> Result<bool> {
        self.say(&[0; 4]).await?;
        let mut said = Vec::new();
        // An answer is a line; nobody fills our memory with a longer one.
        let mut line = (&mut self.0).take(4096);
        timeout(PATIENCE, line.read_to_end(&mut said)).await.map_err(down)?.map_err(down)?;
        let said = String::from_utf8_lossy(&said);
        match said.trim_end_matches(['\0', '\n']) {
            said if said.ends_with(" OK") => Ok(true),
            said if said.ends_with(" FOUND") => Ok(false),
            _ => Err(down("an answer that is none")),
        }
    }
}
