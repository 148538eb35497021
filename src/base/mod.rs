//! What every capability stands on and that knows nothing of returnees.

pub mod actor;
pub mod asset;
pub mod clock;
pub mod cluster;
pub mod code;
pub mod conflict;
pub mod date;
pub mod db;
pub mod error;
pub mod event;
pub mod flood;
pub mod form;
pub mod job;
pub mod language;
pub mod mail;
pub mod migrate;
pub mod money;
pub mod seal;
pub mod settings;
pub mod sheet;
pub mod sms;
pub mod submission;
pub mod text;

pub use error::{Error, Result};
