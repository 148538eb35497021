//! Settings: `Rocket.toml` and `ROCKET_*` for the server, the variables below for the rest.
//! `docs/operations.md` lists them all.

use std::path::PathBuf;

use rocket::figment::Figment;
use rocket::figment::providers::{Env, Serialized};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Settings {
    /// `DATABASE_URL`: reached as the role `app`, which owns nothing and bypasses nothing.
    pub database_url: String,
    /// `OWNER_DATABASE_URL`: reached as the role `owner`, by `trove migrate` only.
    pub owner_database_url: Option<String>,
    /// `READ_DATABASE_URL`: a streaming replica for aggregates.
    pub read_database_url: Option<String>,
    /// `CONNECTIONS`: size of the pool of one process.
    pub connections: usize,
    /// `PREPARED_STATEMENTS=false`: nothing is prepared beyond a transaction, which poolers before PgBouncer 1.21 need.
    pub prepared_statements: bool,
    /// `TROVE_VAR`: where this installation keeps keys, its private cluster and the outbox.
    pub var: PathBuf,
    /// `TROVE_KEYS`: the key file; `var/keys` by default.
    pub keys: Option<PathBuf>,
    /// `TROVE_ADDRESS`: how people reach the app, for links in mails and the check of forged requests behind a proxy.
    pub address: Option<String>,
    /// `SMTP_URL`, such as `smtps://user:secret@mail.example:465`; without it mails land in `var/outbox`.
    pub smtp_url: Option<String>,
    /// `MAIL_FROM`: the sender's address.
    pub mail_from: String,
    /// `SMS_URL`: the gateway that texts are posted to, `https://…`, or `http://` on this machine; without it texts land
    /// in `var/outbox`.
    pub sms_url: Option<String>,
    /// `SMS_TOKEN`: what the gateway knows us by.
    pub sms_token: Option<String>,
    /// `SMS_FROM`: the sender's name or number, where the gateway asks for one.
    pub sms_from: Option<String>,
    /// `TROVE_TRAINING=true`: everybody here is made up, pages say so, and no message leaves.
    pub training: bool,
    /// `TROVE_TRAINING_ADDRESS`: where staff practise on made-up people, to be shown to them.
    pub training_address: Option<String>,
    /// `TROVE_CLAMD`: the socket of clamd, a path or `host:port`; without it no file is scanned.
    pub clamd: Option<String>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            database_url: String::new(),
            owner_database_url: None,
            read_database_url: None,
            connections: 16,
            prepared_statements: true,
            var: "var".into(),
            keys: None,
            address: None,
            smtp_url: None,
            mail_from: "Trở Về <khong-tra-loi@localhost>".into(),
            sms_url: None,
            sms_token: None,
            sms_from: None,
            training: false,
            training_address: None,
            clamd: None,
        }
    }
}

impl Settings {
    /// Reads the settings of this process. An empty variable counts as not given.
    pub fn read() -> Result<Settings, Box<rocket::figment::Error>> {
        let given = |name: &'static str, key: &'static str| {
            Env::raw()
                .only(&[name])
                .map(move |_| key.into())
                .filter(move |_| std::env::var_os(name).is_some_and(|v| !v.is_empty()))
        };
        Figment::from(Serialized::defaults(Settings::default()))
            .merge(given("DATABASE_URL", "database_url"))
            .merge(given("OWNER_DATABASE_URL", "owner_database_url"))
            .merge(given("READ_DATABASE_URL", "read_database_url"))
            .merge(given("CONNECTIONS", "connections"))
            .merge(given("PREPARED_STATEMENTS", "prepared_statements"))
            .merge(given("TROVE_VAR", "var"))
            .merge(given("TROVE_KEYS", "keys"))
            .merge(given("TROVE_ADDRESS", "address"))
            .merge(given("SMTP_URL", "smtp_url"))
            .merge(given("MAIL_FROM", "mail_from"))
            .merge(given("SMS_URL", "sms_url"))
            .merge(given("SMS_TOKEN", "sms_token"))
            .merge(given("SMS_FROM", "sms_from"))
            .merge(given("TROVE_TRAINING", "training"))
            .merge(given("TROVE_TRAINING_ADDRESS", "training_address"))
            .merge(given("TROVE_CLAMD", "clamd"))
            .extract()
            .map_err(Box::new)
    }

    /// Where people practise no message leaves, whatever else is set.
    pub fn harmless(self) -> Settings {
        if self.training { Settings { smtp_url: None, sms_url: None, ..self } } else { self }
    }

    /// Where people reach the app.
    pub fn public_address(&self) -> String {
        self.address.as_deref().unwrap_or("http://127.0.0.1:8000").trim_end_matches('/').to_owned()
    }

    pub fn key_file(&self) -> PathBuf {
        self.keys.clone().unwrap_or_else(|| self.var.join("keys"))
    }
}
