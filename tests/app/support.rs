//! A world for a test: a database of its own, two offices with somebody in every role, and browsers for them.

use std::path::Path;
use std::sync::OnceLock;

use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use rocket::http::{ContentType, Cookie, Header, Method, Status};
use rocket::local::asynchronous::{Client, LocalResponse};
use rocket::tokio::sync::OnceCell;
use sha2::{Digest, Sha256};
use trove::App;
use trove::access::store::{self, NewOrganisation};
use trove::access::{OrganisationKind, Role, User};
use trove::base::actor::Actor;
use trove::base::clock::Clock;
use trove::base::cluster::Cluster;
use trove::base::db::{Rights, Tx};
use trove::base::language::Language;
use trove::base::seal::Keys;
use trove::base::settings::Settings;
use uuid::Uuid;

/// The cluster of this test run; it stops when the process ends, in whatever way.
pub fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(|| {
        Cluster::start_for_tests(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("pg")).expect("a test cluster")
    })
}

/// A database with everything migrated, from which each test gets a copy.
async fn template() -> &'static str {
    static TEMPLATE: OnceCell<()> = OnceCell::const_new();
    TEMPLATE
        .get_or_init(|| async {
            let left = psql("postgres", "SELECT datname FROM pg_database WHERE datname LIKE 't\\_%'");
            for name in left.lines() {
                psql("postgres", &format!("ALTER DATABASE {name} IS_TEMPLATE false; DROP DATABASE {name} WITH (FORCE)"));
            }
            psql("postgres", "CREATE DATABASE t_template OWNER owner TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'");
            trove::migrate(&cluster().url("owner", "t_template")).await.expect("migrations apply");
        })
        .await;
    "t_template"
}

fn psql(database: &str, sql: &str) -> String {
    // One statement a call where PostgreSQL wants it outside a transaction.
    sql.split("; ").map(|one| cluster().psql("postgres", database, one).expect(one)).collect()
}

/// An app on a database of its own, with nothing in it.
pub struct World {
    pub app: App,
    pub client: Client,
    pub var: std::path::PathBuf,
}

/// Two offices, so that there is always somebody else's record.
pub struct Offices {
    pub mine: Uuid,
    pub theirs: Uuid,
}

impl World {
    pub async fn empty() -> World {
        World::with(|_| {}).await
    }

    pub async fn with(adjust: impl FnOnce(&mut Settings)) -> World {
        let template = template().await;
        let database = format!("t_{}", Uuid::new_v4().simple());
        psql("postgres", &format!("CREATE DATABASE {database} OWNER owner TEMPLATE {template} STRATEGY file_copy"));
        psql("postgres", &format!("GRANT CONNECT ON DATABASE {database} TO app"));
        let var = std::env::temp_dir().join(&database);
        std::fs::create_dir_all(&var).unwrap();
        let mut settings = Settings {
            database_url: cluster().url("app", &database),
            owner_database_url: Some(cluster().url("owner", &database)),
            connections: 6,
            var: var.clone(),
            ..Settings::default()
        };
        adjust(&mut settings);
        let app = App::new(settings, Keys::new(), Clock::default()).unwrap();
        let figment = trove::figment().merge(("log_level", "off")).merge(("workers", 2));
        let client = Client::untracked(app.rocket(figment)).await.expect("the app ignites");
        World { app, client, var }
    }

    /// Starts the app anew with other keys, as after a rotation.
    pub async fn change_keys(&mut self, keys: Keys) {
        self.app = App::new(self.app.settings.clone(), keys, self.app.clock.clone()).unwrap();
        let figment = trove::figment().merge(("log_level", "off")).merge(("workers", 2));
        self.client = Client::untracked(self.app.rocket(figment)).await.expect("the app ignites");
    }

    /// A connection that no policy binds, to look behind the app's back.
    pub async fn owner(&self) -> AsyncPgConnection {
        AsyncPgConnection::establish(self.app.settings.owner_database_url.as_deref().unwrap()).await.unwrap()
    }

    pub async fn sql(&self, sql: &str) {
        self.owner().await.batch_execute(sql).await.unwrap();
    }

    /// Whether the database takes a statement of its owner.
    pub async fn tried(&self, sql: &str) -> bool {
        self.owner().await.batch_execute(sql).await.is_ok()
    }

    /// The number that a query counts, past all policies.
    pub async fn count(&self, sql: &str) -> i64 {
        #[derive(diesel::QueryableByName)]
        struct Count {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            n: i64,
        }
        let row: Count = diesel::sql_query(format!("SELECT count(*) AS n FROM {sql}"))
            .get_result(&mut self.owner().await)
            .await
            .unwrap();
        row.n
    }

    /// One text that a query gives, past all policies.
    pub async fn text(&self, sql: &str) -> String {
        #[derive(diesel::QueryableByName)]
        struct Text {
            #[diesel(sql_type = diesel::sql_types::Text)]
            t: String,
        }
        let row: Text =
            diesel::sql_query(format!("SELECT ({sql})::text AS t")).get_result(&mut self.owner().await).await.unwrap();
        row.t
    }

    pub async fn service(&self) -> Tx {
        self.app.db.begin(&Actor::Service("command-line"), Uuid::nil(), Rights::Writer).await.unwrap()
    }

    pub async fn organisation(&self, kind: OrganisationKind, name: &str) -> Uuid {
        let mut tx = self.service().await;
        let new = NewOrganisation { kind, name, province: None, country: None, phone: None, hours: None };
        let id = store::add_organisation(&mut tx, &new).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    pub async fn offices(&self) -> Offices {
        Offices {
            mine: self.organisation(OrganisationKind::Esc, "Trung tâm A").await,
            theirs: self.organisation(OrganisationKind::Airport, "Bàn B").await,
        }
    }

    /// A member of staff with this role, already signed in.
    pub async fn staff(&self, organisation: Uuid, role: Role) -> Browser<'_> {
        let email = format!("{}@example.test", Uuid::new_v4().simple());
        let mut tx = self.service().await;
        let user =
            store::add_user(&mut tx, organisation, &email, &format!("Cán bộ {}", role.code()), &[role]).await.unwrap();
        tx.commit().await.unwrap();
        let token = Uuid::new_v4().simple().to_string().repeat(2);
        let hash: String = Sha256::digest(token.as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
        self.sql(&format!("INSERT INTO sessions (token_hash, user_id) VALUES ('\\x{hash}', '{user}')")).await;
        Browser {
            world: self,
            cookies: vec![("trove".into(), token)],
            user: Some((user, organisation)),
            email,
            role: Some(role),
        }
    }

    pub fn stranger(&self) -> Browser<'_> {
        Browser { world: self, cookies: Vec::new(), user: None, email: String::new(), role: None }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.var);
    }
}

/// Somebody at a browser.
pub struct Browser<'w> {
    pub world: &'w World,
    pub cookies: Vec<(String, String)>,
    pub user: Option<(Uuid, Uuid)>,
    pub email: String,
    pub role: Option<Role>,
}

/// What came back.
pub struct Answer {
    pub status: Status,
    pub location: Option<String>,
    pub body: String,
    pub headers: Vec<(String, String)>,
}

impl Answer {
    async fn of(response: LocalResponse<'_>) -> Answer {
        let status = response.status();
        let location = response.headers().get_one("Location").map(str::to_owned);
        let headers = response.headers().iter().map(|h| (h.name().to_string(), h.value().to_owned())).collect();
        Answer { status, location, headers, body: response.into_string().await.unwrap_or_default() }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }

    /// The code at the end of where a registration led.
    pub fn code(&self) -> String {
        self.location.as_deref().expect("a way to go").rsplit('/').next().unwrap().to_owned()
    }

    #[track_caller]
    pub fn shows(&self, text: &str) -> &Answer {
        assert!(self.body.contains(text), "{text:?} is not in a page of status {}:\n{}", self.status, self.main());
        self
    }

    #[track_caller]
    pub fn hides(&self, text: &str) -> &Answer {
        assert!(!self.body.contains(text), "{text:?} is in a page of status {}:\n{}", self.status, self.main());
        self
    }

    #[track_caller]
    pub fn is(&self, status: Status) -> &Answer {
        assert_eq!(self.status, status, "{}", self.main());
        self
    }

    fn main(&self) -> &str {
        self.body.split_once("<main").map_or(self.body.as_str(), |(_, main)| main)
    }

    /// The message beside a field.
    pub fn error_at(&self, field: &str) -> Option<String> {
        let id = field.replace('.', "-");
        let page = scraper::Html::parse_document(&self.body);
        let wanted = scraper::Selector::parse(&format!("[id=\"{id}-error\"], [id=\"{id}-date-error\"]")).unwrap();
        page.select(&wanted).next().map(|e| e.text().collect::<String>().trim().to_owned())
    }

    /// What stands in a field.
    pub fn value(&self, field: &str) -> Option<String> {
        let page = scraper::Html::parse_document(&self.body);
        let wanted = scraper::Selector::parse(&format!("[name=\"{field}\"]")).unwrap();
        let element = page.select(&wanted).next()?;
        match element.value().name() {
            "textarea" => Some(element.text().collect()),
            _ => element.value().attr("value").map(str::to_owned),
        }
    }
}

pub fn form(fields: &[(&str, &str)]) -> String {
    let encode = |text: &str| rocket::http::RawStr::new(text).percent_encode().to_string();
    fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect::<Vec<_>>().join("&")
}

impl Browser<'_> {
    fn prepare<'c>(
        &self,
        mut request: rocket::local::asynchronous::LocalRequest<'c>,
    ) -> rocket::local::asynchronous::LocalRequest<'c> {
        for (name, value) in &self.cookies {
            request = request.cookie(Cookie::new(name.clone(), value.clone()));
        }
        request
    }

    fn keep(&mut self, response: &LocalResponse<'_>) {
        for cookie in response.cookies().iter() {
            self.cookies.retain(|(name, _)| name != cookie.name());
            if !cookie.value().is_empty() {
                self.cookies.push((cookie.name().to_owned(), cookie.value().to_owned()));
            }
        }
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        let response = self.prepare(self.world.client.get(path.to_owned())).dispatch().await;
        self.keep(&response);
        Answer::of(response).await
    }

    /// Sends a form just as given.
    pub async fn send(&mut self, path: &str, body: String) -> Answer {
        self.send_as(ContentType::Form, path, body.into_bytes()).await
    }

    /// Sends bytes of any kind.
    pub async fn send_as(&mut self, kind: ContentType, path: &str, body: Vec<u8>) -> Answer {
        let request = self
            .world
            .client
            .post(path.to_owned())
            .header(kind)
            .header(Header::new("Sec-Fetch-Site", "same-origin"))
            .body(body);
        let response = self.prepare(request).dispatch().await;
        self.keep(&response);
        Answer::of(response).await
    }

    /// Asks in whatever way, with these headers; what comes back may be no text.
    pub async fn ask(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&str, String)],
        body: &[u8],
    ) -> (Answer, Vec<u8>) {
        let mut request = self.world.client.req(method, path.to_owned()).body(body);
        for (name, value) in headers {
            request = request.header(Header::new(name.to_string(), value.clone()));
        }
        let response = self.prepare(request.header(Header::new("Sec-Fetch-Site", "same-origin"))).dispatch().await;
        self.keep(&response);
        let status = response.status();
        let location = response.headers().get_one("Location").map(str::to_owned);
        let headers = response.headers().iter().map(|h| (h.name().to_string(), h.value().to_owned())).collect();
        let bytes = response.into_bytes().await.unwrap_or_default();
        (Answer { status, location, headers, body: String::from_utf8_lossy(&bytes).into_owned() }, bytes)
    }

    /// Sends a form with files in it, each under the name `files`.
    pub async fn post_files(&mut self, path: &str, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Answer {
        let mut body = Vec::new();
        for (name, value) in fields {
            let head = format!("--b0undary\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(head.as_bytes());
        }
        for (name, bytes) in files {
            let head = format!(
                "--b0undary\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
            );
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--b0undary--\r\n");
        self.send_as(ContentType::new("multipart", "form-data").with_params(("boundary", "b0undary")), path, body).await
    }

    /// Sends a form with a submission key of its own.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let key = Uuid::new_v4().to_string();
        let mut all = vec![("submission", key.as_str())];
        all.extend_from_slice(fields);
        self.send(path, form(&all)).await
    }

    /// Registers somebody by name and gives their code.
    pub async fn register(&mut self, name: &str, more: &[(&str, &str)]) -> String {
        let mut fields = vec![("person.name", name), ("person.none_of_these", "true")];
        fields.extend_from_slice(more);
        let answer = self.post("/people", &fields).await;
        answer.is(Status::SeeOther);
        answer.code()
    }

    pub fn as_user(&self) -> User {
        let (id, organisation) = self.user.unwrap();
        User {
            id,
            organisation,
            name: String::new(),
            organisation_name: String::new(),
            organisation_kind: String::new(),
            language: Language::Vi,
            roles: self.role.into_iter().collect(),
            shared: false,
            lock: 900,
        }
    }
}
