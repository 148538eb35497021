//! The command line. Exit 0: done; 1: refused, with the reason; 2: the command itself was wrong. Imports: see `import`.

mod command;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use time::Duration;
use trove::access::audit::{self, Sealer};
use trove::access::store::{self, NewOrganisation};
use trove::access::{OrganisationKind, Role, User, entry};
use trove::base::actor::Actor;
use trove::base::clock::Clock;
use trove::base::cluster::{Cluster, Durability};
use trove::base::db::Rights;
use trove::base::job;
use trove::base::language::{Language, Message};
use trove::base::mail;
use trove::base::seal::Keys;
use trove::base::settings::Settings;
use trove::import::command::{self as imports, Ended, ImportAct};
use trove::person::{learning, link_files, rekey};
use trove::psychosocial;
use trove::vocabulary::List;
use trove::{App, demo, explain};
use uuid::Uuid;

use command::Refused;
use command::release::{self, ReleaseAct};

/// Case management for returning migrant workers in Viet Nam.
///
/// Without DATABASE_URL every command uses a private PostgreSQL kept under var/.
#[derive(Parser)]
#[command(name = "trove", version)]
struct Command {
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    /// Serve on the address of Rocket.toml or ROCKET_ADDRESS and ROCKET_PORT (127.0.0.1:8000)
    Serve {
        /// Load made-up people and sign-ins first, unless they are there
        #[arg(long)]
        demo: bool,
    },
    /// Bring the database up to date, as its owner (OWNER_DATABASE_URL)
    Migrate,
    /// Make the key file (TROVE_KEYS) of an installation that has none yet
    Keys {
        /// Add a new key for this use to the file instead; the older one goes on opening what it sealed
        #[arg(long, value_name = "USE")]
        rotate: Option<String>,
    },
    /// Wrap the data keys of restricted rows under the newest key, after `trove keys --rotate restricted-wrap`
    Rewrap,
    /// Load made-up people and sign-ins
    Demo {
        /// How many people
        #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
        people: u32,
        /// The same seed makes the same people
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Find the records that are one person, in one CSV file or between two; needs no database
    ///
    /// The first row names the columns: id (or rec_id), name (or given_name and surname), date_of_birth, sex, national_id
    /// (or soc_sec_id), passport, phone, address_1, street_number, suburb, postcode, state, province, commune. Others are
    /// ignored. Dates are like 1990-02-15 or 19900215. Pairs are written as id_a,id_b,probability.
    Link(link_files::Wish),
    /// Make anew the keys of people who were last saved when there were fewer; the server does it too, more slowly
    Rekey,
    /// Learn from the people kept here what agreement of two records is worth; the server does it once a week
    Learn,
    /// Say how many jobs are due, ahead, failing and given up
    Jobs,
    /// Accounts of staff
    User {
        #[command(subcommand)]
        act: UserAct,
    },
    /// The record of who saw and changed what
    Audit {
        #[command(subcommand)]
        act: AuditAct,
    },
    /// Lists of passengers, read, checked and put onto the list of those to meet
    Import {
        #[command(subcommand)]
        act: ImportAct,
    },
    /// Releases of statistics tables (table 16): counted, protected, approved by somebody else, published
    Release {
        #[command(subcommand)]
        act: ReleaseAct,
    },
}

#[derive(Subcommand)]
enum UserAct {
    /// Add an account and print (and mail) the link at which its holder chooses a password
    Add {
        #[arg(long)]
        email: String,
        /// The person's name
        #[arg(long)]
        name: String,
        /// What they do; may be given several times
        #[arg(long = "role", required = true, value_enum)]
        roles: Vec<Role>,
        /// Name of their organisation; it is made if there is none and --kind says what it is
        #[arg(long)]
        organisation: String,
        #[arg(long, value_enum)]
        kind: Option<OrganisationKind>,
        /// Code or name of the province of a new organisation
        #[arg(long)]
        province: Option<String>,
        /// Code or name of the country of a new mission
        #[arg(long)]
        country: Option<String>,
        /// Telephone of a new organisation, as its slips say it
        #[arg(long)]
        phone: Option<String>,
        /// When somebody answers there, as its slips say it
        #[arg(long)]
        hours: Option<String>,
    },
}

#[derive(Subcommand)]
enum AuditAct {
    /// Compare every seal with its rows, and the heads kept outside the database with the seals
    Verify,
}

fn main() -> ExitCode {
    let command = Command::parse();
    let done = match command.act {
        Act::Link(wish) => {
            link_files::run(&wish, |line| eprintln!("{line}")).map(|()| ExitCode::SUCCESS).map_err(Refused)
        }
        act => rocket::execute(run(act)),
    };
    match done {
        Ok(code) => code,
        Err(Refused(why)) => {
            eprintln!("trove: {why}");
            ExitCode::from(1)
        }
    }
}

/// The settings, with a private cluster behind them where no database was given. The cluster stops with the value.
struct Ready {
    settings: Settings,
    keys: Keys,
    _cluster: Option<Cluster>,
}

fn ready(mut settings: Settings) -> Result<Ready, Refused> {
    std::fs::create_dir_all(&settings.var)
        .map_err(|e| Refused(format!("cannot make {}: {e}", settings.var.display())))?;
    let private = settings.database_url.is_empty();
    // Keys are made only where the database is ours too: new keys beside an old database would lose what it sealed.
    let keys = Keys::open(&settings.key_file(), private).map_err(|e| {
        Refused(format!(
            "{}\nSet TROVE_KEYS to the key file, or make one with `trove keys` if this database has never had one.",
            explain(&e)
        ))
    })?;
    let cluster = if private {
        let cluster = Cluster::start(&settings.var.join("pg"), Durability::Safe).map_err(|e| Refused(e.to_string()))?;
        settings.database_url = cluster.url("app", "trove");
        settings.owner_database_url = Some(cluster.url("owner", "trove"));
        Some(cluster)
    } else {
        None
    };
    Ok(Ready { settings, keys, _cluster: cluster })
}

async fn run(act: Act) -> Result<ExitCode, Refused> {
    let settings = Settings::read().map_err(|e| Refused(format!("settings: {e}")))?;
    match &act {
        // Its owner's address is all that a migration needs.
        Act::Migrate if settings.owner_database_url.is_some() => {
            return migrate(&settings).await.map(|()| ExitCode::SUCCESS);
        }
        Act::Keys { rotate: Some(of) } => {
            Keys::rotate_in(&settings.key_file(), of)?;
            println!("{}", settings.key_file().display());
            return Ok(ExitCode::SUCCESS);
        }
        Act::Keys { rotate: None } => {
            let file = settings.key_file();
            // A file of before a release that seals more gets what it lacks.
            if file.exists() && Keys::open(&file, false).is_ok() {
                return Err(Refused(format!(
                    "{} is there already; without it nothing that it sealed can be read again",
                    file.display()
                )));
            }
            std::fs::create_dir_all(&settings.var)
                .map_err(|e| Refused(format!("cannot make {}: {e}", settings.var.display())))?;
            Keys::open(&file, true)?;
            println!("{}", file.display());
            return Ok(ExitCode::SUCCESS);
        }
        _ => {}
    }
    let ready = ready(settings)?;
    let private = ready._cluster.is_some();
    let app = App::new(ready.settings.clone(), ready.keys.clone(), Clock::default())?;
    if private || matches!(act, Act::Migrate) {
        migrate(&ready.settings).await?;
    }
    let done = match act {
        Act::Import { act } => return import(&app, act).await,
        Act::Serve { demo } => serve(&app, demo).await,
        Act::Migrate | Act::Keys { .. } | Act::Link(_) => Ok(()),
        Act::Rewrap => {
            println!("{} rows wrapped anew", psychosocial::rewrap::run(&app.db, &app.keys).await?);
            Ok(())
        }
        Act::Demo { people, seed } => load_demo(&app, people, seed).await,
        Act::Rekey => rekey::all(&app.db, |line| eprintln!("{line}")).await.map(|_| ()).map_err(Refused::from),
        Act::Learn => learn(&app).await,
        Act::Jobs => {
            let jobs = job::standing(&app.db).await?;
            println!("{} due, {} ahead, {} failing, {} given up", jobs.due, jobs.ahead, jobs.failing, jobs.given_up);
            Ok(())
        }
        Act::User { act: UserAct::Add { email, name, roles, organisation, kind, province, country, phone, hours } } => {
            let place = |list: List, typed: Option<String>| -> Result<Option<String>, Refused> {
                let Some(typed) = typed else { return Ok(None) };
                match list.vocabulary().meant(&typed, None, app.clock.today()) {
                    trove::vocabulary::Meant::One(entry) => Ok(Some(entry.code.clone())),
                    _ => Err(Refused(format!("{typed:?} is not a code or name in reference/{}.csv", list.name()))),
                }
            };
            let (province, country) = (place(List::Provinces, province)?, place(List::Countries, country)?);
            let organisation = Organisation { name: organisation, kind, province, country, phone, hours };
            add_user(&app, &email, &name, &roles, &organisation).await
        }
        Act::Audit { act: AuditAct::Verify } => {
            let verdict = audit::verify(&app.db, &heads(&app.settings)).await?;
            println!("{} seals over {} rows looked at", verdict.seals, verdict.rows);
            verdict.broken.map_or(Ok(()), |why| Err(Refused(why)))
        }
        Act::Release { act } => release::run(&app, act).await,
    };
    done.map(|()| ExitCode::SUCCESS)
}

/// 3: done, but for lines to mend; 130: stopped, and can go on.
async fn import(app: &App, act: ImportAct) -> Result<ExitCode, Refused> {
    let user = account(app, act.email()).await?;
    Ok(match imports::act(&app.db, &app.keys, &user, act).await? {
        Ended::Whole => ExitCode::SUCCESS,
        Ended::WithFaults => ExitCode::from(3),
        Ended::Stopped => ExitCode::from(130),
    })
}

/// The account that a command acts as.
async fn account(app: &App, email: &str) -> Result<User, Refused> {
    let mut tx = app.db.begin(&Actor::Service("command-line"), Uuid::now_v7(), Rights::Writer).await?;
    let user = store::user_named(&mut tx, email).await?;
    tx.roll_back().await?;
    user.ok_or_else(|| Refused(format!("there is no account {email:?}, or it has ended; `trove user add` makes one")))
}

async fn migrate(settings: &Settings) -> Result<(), Refused> {
    let owner = settings
        .owner_database_url
        .as_deref()
        .ok_or_else(|| Refused("set OWNER_DATABASE_URL to reach the database as the role `owner`".into()))?;
    for done in trove::migrate(owner).await? {
        eprintln!("applied {done}");
    }
    Ok(())
}

fn heads(settings: &Settings) -> PathBuf {
    settings.var.join("audit-heads")
}

async fn load_demo(app: &App, people: u32, seed: u64) -> Result<(), Refused> {
    if demo::exists(app).await? {
        eprintln!("the demo world is there already");
        return Ok(());
    }
    let summary = demo::load(app, people, seed, |line| eprintln!("{line}")).await?;
    eprintln!("{} made-up people loaded", summary.people);
    Ok(())
}

async fn learn(app: &App) -> Result<(), Refused> {
    let learnt = learning::learn(&app.db, |line| eprintln!("{line}")).await?;
    let from = format!("{} pairs among {} people", learnt.pairs, learnt.people);
    match learnt.refused {
        None => eprintln!("model {}: learnt from {from}", learnt.number),
        Some(why) => eprintln!("model {}: not used ({why}), from {from}; what was in force stays", learnt.number),
    }
    Ok(())
}

async fn serve(app: &App, with_demo: bool) -> Result<(), Refused> {
    trove::base::migrate::check(&app.settings.database_url).await?;
    if with_demo || app.settings.training {
        load_demo(app, 2000, 1).await?;
    }
    let demo_world = demo::exists(app).await?;
    app.plan().await?;
    let rocket = app.rocket(trove::figment()).ignite().await.map_err(|e| Refused(format!("cannot start: {e}")))?;
    let address = format!("http://{}:{}", rocket.config().address, rocket.config().port);
    eprintln!("\nTrở Về: {address}");
    if demo_world {
        eprintln!("Made-up people, for trying out. Sign in with:");
        for one in demo::sign_ins() {
            eprintln!("  {:<42} {:<22} {:<14} {}", one.email, one.password, one.role, one.organisation);
        }
    }
    let sealer = rocket::tokio::spawn(Sealer { db: app.db.clone(), heads: heads(&app.settings) }.run());
    let worker = rocket::tokio::spawn(app.worker().run());
    let planner = rocket::tokio::spawn({
        let app = app.clone();
        async move {
            loop {
                rocket::tokio::time::sleep(std::time::Duration::from_secs(3600)).await;
                if let Err(e) = app.plan().await {
                    rocket::warn!("planning: {e:?}");
                }
            }
        }
    });
    let ended = rocket.launch().await;
    for task in [sealer, worker, planner] {
        task.abort();
        // Waits until it holds no connection, so that the server can stop.
        let _ = task.await;
    }
    ended.map(drop).map_err(|e| Refused(format!("cannot serve on {address}: {e}")))
}

struct Organisation {
    name: String,
    kind: Option<OrganisationKind>,
    province: Option<String>,
    country: Option<String>,
    phone: Option<String>,
    hours: Option<String>,
}

async fn add_user(
    app: &App,
    email: &str,
    name: &str,
    roles: &[Role],
    organisation: &Organisation,
) -> Result<(), Refused> {
    if email.parse::<lettre::Address>().is_err() {
        return Err(Refused(format!("{email:?} is not an e-mail address")));
    }
    let mut tx = app.db.begin(&Actor::Service("command-line"), Uuid::now_v7(), Rights::Writer).await?;
    if store::email_taken(&mut tx, email).await? {
        return Err(Refused("an account with this e-mail address exists already".into()));
    }
    let home = match (store::organisation_named(&mut tx, &organisation.name).await?, organisation.kind) {
        (Some(id), _) => id,
        (None, Some(kind)) => {
            let new = NewOrganisation {
                kind,
                name: &organisation.name,
                province: organisation.province.as_deref(),
                country: organisation.country.as_deref(),
                phone: organisation.phone.as_deref(),
                hours: organisation.hours.as_deref(),
            };
            store::add_organisation(&mut tx, &new).await?
        }
        (None, None) => {
            return Err(Refused(format!(
                "there is no organisation {:?}; say with --kind what it is and it will be made",
                organisation.name
            )));
        }
    };
    let user = store::add_user(&mut tx, home, email, name, roles).await?;
    let hours = store::parameter(&mut tx, "invitation.hours").await?;
    let (token, hash) = entry::invitation_token();
    store::invite(&mut tx, user, &hash, app.clock.now() + Duration::hours(hours)).await?;
    let link = format!("{}/invitations/{token}", app.settings.public_address());
    let say = |key: &'static str| Language::Vi.say(&Message::new(key).with("address", &link).with("hours", hours));
    mail::post(&mut tx, email, &say("mail-invitation-subject"), &say("mail-invitation")).await?;
    tx.commit().await?;
    println!("{link}");
    eprintln!("The link opens once, within {hours} hours. It was mailed too, as soon as a server runs.");
    Ok(())
}
