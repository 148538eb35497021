//! Trở Về, a case-management platform for returning migrant workers in Viet Nam.
//!
//! The modules stand in the order in which they may use each other: each only what is above it. `docs/architecture.md`
//! is the map; `tests/rules.rs` holds it.

pub mod schema;

pub mod base;
pub mod vocabulary;

pub mod access;
pub mod page;

pub mod account;
pub mod instrument;
pub mod person;

pub mod episode;

pub mod case;

pub mod skill;

pub mod employment;

pub mod training;

pub mod psychosocial;

pub mod intake;

pub mod import;

pub mod contract;

pub mod statistics;

pub mod home;

pub mod demo;

use std::sync::Arc;

use rocket::figment::Figment;
use rocket::shield::{Frame, NoSniff, Permission, Referrer, Shield};
use rocket::{Build, Rocket};

use access::entry::Hashing;
use access::session::Cookies;
use base::actor::Actor;
use base::clock::Clock;
use base::db::{Db, Rights};
use base::job::{Job, Kind, Worker};
use base::mail::{self, Post};
use base::migrate::Piece;
use base::seal::Keys;
use base::settings::Settings;
use base::{Error, Result};
use case::message;
use employment::matching::board::Board;

/// Everything that a request or a job may need, made once a process.
#[derive(Clone)]
pub struct App {
    pub settings: Settings,
    pub db: Db,
    pub keys: Keys,
    pub clock: Clock,
    pub post: Post,
    pub board: Board,
}

impl App {
    pub fn new(settings: Settings, keys: Keys, clock: Clock) -> Result<App> {
        let settings = settings.harmless();
        let db = Db::new(&settings, clock.clone())?;
        let post = Post::new(&settings)?;
        Ok(App { settings, db, keys, clock, post, board: Board::default() })
    }

    /// The web server, not yet listening.
    pub fn rocket(&self, figment: Figment) -> Rocket<Build> {
        let secure = self.settings.address.as_deref().is_some_and(|a| a.starts_with("https://"));
        rocket::custom(figment)
            .manage(self.settings.clone())
            .manage(self.db.clone())
            .manage(self.keys.clone())
            .manage(Cookies { secure })
            .manage(Hashing::default())
            .manage(self.board.clone())
            .attach(page::fairing::SameOrigin)
            .attach(
                Shield::new()
                    .enable(NoSniff::Enable)
                    .enable(Frame::Deny)
                    .enable(Referrer::SameOrigin)
                    .enable(Permission::default()),
            )
            .attach(page::fairing::Headers)
            .attach(page::fairing::Compress)
            .register("/", page::catch::catchers())
            .mount("/", vocabulary::routes())
            .mount("/", page::routes())
            .mount("/", account::routes())
            .mount("/", person::routes())
            .mount("/", episode::routes())
            .mount("/", case::routes())
            .mount("/", skill::routes())
            .mount("/", employment::routes())
            .mount("/", training::routes())
            .mount("/", psychosocial::routes())
            .mount("/", intake::routes())
            .mount("/", import::routes())
            .mount("/", contract::routes())
            .mount("/", statistics::routes())
            .mount("/", home::routes())
            .mount("/", demo::training::routes())
    }

    /// What takes jobs.
    pub fn worker(&self) -> Worker<Arc<App>> {
        Worker {
            db: self.db.clone(),
            context: Arc::new(self.clone()),
            kinds: vec![
                Kind {
                    name: mail::JOB,
                    run: |app: Arc<App>, job: Job| {
                        Box::pin(async move { message::work::deliver(app.db.clone(), app.post.clone(), job).await })
                    },
                },
                Kind {
                    name: message::work::REMIND,
                    run: |app: Arc<App>, job: Job| {
                        Box::pin(async move { message::work::remind(app.db.clone(), job).await })
                    },
                },
                Kind {
                    name: message::work::TELL,
                    run: |app: Arc<App>, job: Job| {
                        Box::pin(async move { message::work::tell(app.db.clone(), job).await })
                    },
                },
                Kind {
                    name: message::digest::JOB,
                    run: |app: Arc<App>, job: Job| {
                        let address = app.settings.public_address();
                        Box::pin(async move { message::digest::run(app.db.clone(), address, job).await })
                    },
                },
                Kind {
                    name: case::handing::SILENCE,
                    run: |app: Arc<App>, job: Job| {
                        Box::pin(async move { case::handing::move_up(app.db.clone(), job).await })
                    },
                },
                Kind {
                    name: case::duty::alarm::ALARM,
                    run: |app: Arc<App>, job: Job| {
                        let address = app.settings.public_address();
                        Box::pin(async move { case::duty::alarm::call(app.db.clone(), address, job).await })
                    },
                },
                Kind {
                    name: case::duty::roster::MISSING,
                    run: |app: Arc<App>, job: Job| {
                        let address = app.settings.public_address();
                        Box::pin(async move { case::duty::roster::remind(app.db.clone(), address, job).await })
                    },
                },
                Kind {
                    name: person::likeness::COMPARE,
                    run: |app: Arc<App>, job: Job| {
                        Box::pin(async move {
                            person::likeness::compare(app.db.clone(), job.clone()).await?;
                            contract::compare::person(app.db.clone(), job).await
                        })
                    },
                },
                Kind {
                    name: import::contract_store::COMPARE,
                    run: |app: Arc<App>, job: Job| {
                        Box::pin(async move { contract::compare::contracts(app.db.clone(), job).await })
                    },
                },
                Kind {
                    name: person::rekey::JOB,
                    run: |app: Arc<App>, job: Job| {
                        Box::pin(async move { person::rekey::run(app.db.clone(), job).await })
                    },
                },
                Kind {
                    name: person::learning::JOB,
                    run: |app: Arc<App>, job: Job| {
                        Box::pin(async move { person::learning::run(app.db.clone(), job).await })
                    },
                },
                Kind {
                    name: import::run::JOB,
                    run: |app: Arc<App>, job: Job| {
                        Box::pin(async move { import::run::run(app.db.clone(), app.keys.clone(), job).await })
                    },
                },
                Kind {
                    name: case::attachment::work::JOB,
                    run: |app: Arc<App>, job: Job| {
                        let clamd = app.settings.clamd.clone();
                        Box::pin(async move {
                            case::attachment::work::run(app.db.clone(), app.keys.clone(), clamd, job).await
                        })
                    },
                },
                Kind {
                    name: case::export::work::JOB,
                    run: |app: Arc<App>, job: Job| {
                        Box::pin(async move { case::export::work::run(app.db.clone(), app.keys.clone(), job).await })
                    },
                },
                Kind {
                    name: case::export::work::END,
                    run: |app: Arc<App>, job: Job| {
                        Box::pin(async move { case::export::work::end(app.db.clone(), job).await })
                    },
                },
                Kind {
                    name: psychosocial::scale::safety::ALARM,
                    run: |app: Arc<App>, job: Job| {
                        Box::pin(async move {
                            let address = app.settings.public_address();
                            psychosocial::scale::safety::call(app.db.clone(), address, job).await
                        })
                    },
                },
                Kind { name: SWEEP, run: |app: Arc<App>, job: Job| Box::pin(async move { sweep(&app, job).await }) },
            ],
        }
    }

    /// Queues today's sweep, look at the rosters, reminders and digests, this week's learning, and keys to be made anew; asked as often as one likes, each is queued once.
    pub async fn plan(&self) -> Result<()> {
        let mut tx = self.db.begin(&Actor::Service("worker"), uuid::Uuid::nil(), Rights::Writer).await?;
        let today = self.clock.today();
        base::job::enqueue(&mut tx, SWEEP, &format!("{SWEEP}:{today}"), serde_json::json!({}), None).await?;
        case::duty::roster::plan(&mut tx, today).await?;
        message::plan(&mut tx, today).await?;
        person::learning::plan(&mut tx, today).await?;
        person::rekey::plan(&mut tx, self.clock.now()).await?;
        tx.commit().await
    }
}

const SWEEP: &str = "sweep";

async fn sweep(app: &App, job: Job) -> Result<()> {
    use diesel_async::RunQueryDsl;
    let mut tx = app.db.begin(&job.actor, job.id, Rights::Writer).await?;
    diesel::sql_query("SELECT sweep()").execute(&mut *tx).await?;
    diesel::sql_query("SELECT sweep_contracts()").execute(&mut *tx).await?;
    diesel::sql_query("SELECT sweep_uploads()").execute(&mut *tx).await?;
    diesel::sql_query("SELECT sweep_messages()").execute(&mut *tx).await?;
    diesel::sql_query("SELECT end_exports()").execute(&mut *tx).await?;
    tx.commit().await
}

/// What `trove migrate` applies after the tables, in this order.
pub fn pieces() -> Vec<Piece> {
    let mut pieces = vec![Piece { name: "functions", sql: include_str!("../database/functions.sql").into() }];
    let matching = include_str!("../database/functions_matching.sql");
    pieces.push(Piece { name: "functions_matching", sql: matching.into() });
    let contracts = include_str!("../database/functions_contracts.sql");
    pieces.push(Piece { name: "functions_contracts", sql: contracts.into() });
    let clocks = include_str!("../database/functions_clocks.sql");
    pieces.push(Piece { name: "functions_clocks", sql: clocks.into() });
    let assessment = include_str!("../database/functions_assessment.sql");
    pieces.push(Piece { name: "functions_assessment", sql: assessment.into() });
    let plan = include_str!("../database/functions_plan.sql");
    pieces.push(Piece { name: "functions_plan", sql: plan.into() });
    let duty = include_str!("../database/functions_duty.sql");
    pieces.push(Piece { name: "functions_duty", sql: duty.into() });
    let staff = include_str!("../database/functions_staff.sql");
    pieces.push(Piece { name: "functions_staff", sql: staff.into() });
    let accounts = include_str!("../database/functions_accounts.sql");
    pieces.push(Piece { name: "functions_accounts", sql: accounts.into() });
    let exclusion = include_str!("../database/functions_exclusion.sql");
    pieces.push(Piece { name: "functions_exclusion", sql: exclusion.into() });
    let attachment = include_str!("../database/functions_attachment.sql");
    pieces.push(Piece { name: "functions_attachment", sql: attachment.into() });
    let desk = include_str!("../database/functions_desk.sql");
    pieces.push(Piece { name: "functions_desk", sql: desk.into() });
    let export = include_str!("../database/functions_export.sql");
    pieces.push(Piece { name: "functions_export", sql: export.into() });
    let skill = include_str!("../database/functions_skill.sql");
    pieces.push(Piece { name: "functions_skill", sql: skill.into() });
    let employment = include_str!("../database/functions_employment.sql");
    pieces.push(Piece { name: "functions_employment", sql: employment.into() });
    let complaint = include_str!("../database/functions_complaint.sql");
    pieces.push(Piece { name: "functions_complaint", sql: complaint.into() });
    let training = include_str!("../database/functions_training.sql");
    pieces.push(Piece { name: "functions_training", sql: training.into() });
    pieces.push(Piece { name: "functions_care", sql: include_str!("../database/functions_care.sql").into() });
    pieces.push(Piece { name: "functions_referral", sql: include_str!("../database/functions_referral.sql").into() });
    pieces.push(Piece { name: "functions_scale", sql: include_str!("../database/functions_scale.sql").into() });
    let protection = include_str!("../database/functions_protection.sql");
    pieces.push(Piece { name: "functions_protection", sql: protection.into() });
    pieces.push(Piece { name: "functions_glass", sql: include_str!("../database/functions_glass.sql").into() });
    let messages = include_str!("../database/functions_messages.sql");
    pieces.push(Piece { name: "functions_messages", sql: messages.into() });
    pieces.extend(vocabulary::seeds());
    pieces.push(instrument::seeds());
    pieces.push(Piece { name: "timelines", sql: include_str!("../database/timelines.sql").into() });
    pieces.push(Piece { name: "scales", sql: include_str!("../database/scales.sql").into() });
    pieces.push(Piece { name: "forms", sql: include_str!("../database/forms.sql").into() });
    pieces.push(Piece { name: "role_permissions", sql: access::role_permissions().into() });
    pieces.push(Piece { name: "policies", sql: include_str!("../database/policies.sql").into() });
    pieces.push(Piece { name: "levels", sql: include_str!("../database/levels.sql").into() });
    pieces.push(Piece { name: "views", sql: include_str!("../database/views.sql").into() });
    pieces
}

/// Brings the database to what this program needs.
pub async fn migrate(owner_url: &str) -> Result<Vec<String>> {
    base::migrate::run(owner_url, &pieces()).await
}

/// Rocket's settings: our defaults, then `Rocket.toml`, then `ROCKET_*`.
pub fn figment() -> Figment {
    use rocket::data::{Limits, ToByteUnit};
    use rocket::figment::Profile;
    use rocket::figment::providers::{Env, Format, Serialized, Toml};
    let limits = Limits::default().limit("form", 256.kibibytes()).limit("string", 64.kibibytes());
    // A list of passengers; the form around it is small.
    let limits = limits.limit("file", import::MOST_BYTES.bytes()).limit("data-form", 34.mebibytes());
    Figment::from(rocket::Config::default())
        .merge(Serialized::default("limits", limits))
        .merge(Serialized::default("ident", false))
        // Warnings and errors only: a line a request would hold addresses, and those of invitations are secrets.
        .merge(Serialized::default("log_level", "critical"))
        // Nobody's word for where they come from counts; behind a proxy that sets a header, name it in Rocket.toml.
        .merge(Serialized::default("ip_header", false))
        .merge(Toml::file(Env::var_or("ROCKET_CONFIG", "Rocket.toml")).nested())
        .merge(Env::prefixed("ROCKET_").ignore(&["PROFILE", "CONFIG"]).global())
        .select(Profile::from_env_or("ROCKET_PROFILE", rocket::Config::DEFAULT_PROFILE))
}

/// For errors at start, which a person reads in a terminal.
pub fn explain(error: &Error) -> String {
    match error {
        Error::Internal(cause) | Error::Unavailable(cause) => cause.clone(),
        Error::Refused(_, why) => base::language::Language::En.say(why),
        other => format!("{other:?}"),
    }
}
