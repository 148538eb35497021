//! `trove release`: what the pages of `statistics/staff.rs` do, as a named user.

use clap::Subcommand;
use trove::App;
use trove::access::{Permission, store};
use trove::base::actor::Actor;
use trove::base::db::Rights;
use trove::statistics::{self, Move};
use uuid::Uuid;

use super::Refused;

#[derive(Subcommand)]
pub enum ReleaseAct {
    /// Every release: year, revision, state, as of
    List,
    /// Count a year anew
    Draft {
        #[command(flatten)]
        whose: Whose,
        /// What changed since the revision before; needed once the year is published
        #[arg(long)]
        note: Option<String>,
    },
    /// Choose what to suppress, and audit it
    Protect(Whose),
    /// Approve what somebody else prepared
    Approve(Whose),
    /// Publish what is approved; it never changes after that
    Publish(Whose),
    /// Give up a release that is not published
    Withdraw(Whose),
}

#[derive(clap::Args)]
pub struct Whose {
    /// The year of the table
    #[arg(value_parser = clap::value_parser!(i32).range(1980..=2200))]
    year: i32,
    /// E-mail address of the account that does it, with its own permissions
    #[arg(long = "as", value_name = "EMAIL")]
    email: String,
}

pub async fn run(app: &App, act: ReleaseAct) -> Result<(), Refused> {
    let mut tx = app.db.begin(&Actor::Service("command-line"), Uuid::now_v7(), Rights::Writer).await?;
    let (act, Whose { year, email }, note) = match act {
        ReleaseAct::List => {
            for r in statistics::store::all(&mut tx).await? {
                println!("{} revision {} {} as of {}", r.year, r.revision, r.state.code(), r.as_of);
            }
            return Ok(());
        }
        ReleaseAct::Draft { whose, note } => (None, whose, note),
        ReleaseAct::Protect(whose) => (Some(Move::Protect), whose, None),
        ReleaseAct::Approve(whose) => (Some(Move::Approve), whose, None),
        ReleaseAct::Publish(whose) => (Some(Move::Publish), whose, None),
        ReleaseAct::Withdraw(whose) => (Some(Move::Withdraw), whose, None),
    };
    let user = store::user_named(&mut tx, &email).await?.ok_or_else(|| {
        Refused(format!("there is no account {email:?}, or it has ended; `trove user add` makes one"))
    })?;
    tx.roll_back().await?;
    let wanted = act.map_or(Permission::DraftReleases, Move::permission);
    if !statistics::makes_releases(&user, wanted) {
        return Err(Refused(format!(
            "{email} may not do this: it takes the permission {:?} in an organisation of kind `dolab`",
            wanted.code()
        )));
    }
    let mut tx = app.db.begin(&user.actor(), Uuid::now_v7(), Rights::Writer).await?;
    let Some(act) = act else {
        if year > app.clock.today().year() {
            return Err(Refused(format!("{year} has not begun")));
        }
        statistics::release::draft(&mut tx, year, note.as_deref()).await?;
        tx.commit().await?;
        println!("{year}: draft");
        return Ok(());
    };
    let found = statistics::store::under_way(&mut tx, year).await?.ok_or_else(|| {
        Refused(format!("no release of {year} is under way; `trove release draft {year}` begins one"))
    })?;
    statistics::release::advance(&mut tx, &user, &found, act).await?;
    tx.commit().await?;
    println!("{year}: {}", act.leads_to().code());
    Ok(())
}
