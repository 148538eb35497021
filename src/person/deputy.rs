//! Who may open somebody under protection, and who stands in for them: each such person has a deputy, also while somebody is
//! on leave (practice 23). Whoever is named may name one more; protection itself is never held up by it.

use askama::Template;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Date as SqlDate, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use time::Date;
use uuid::Uuid;
use validator::Validate;

use super::store::{self, Yes};
use crate::access::guard::to;
use crate::access::store::colleagues;
use crate::access::{Read, Seen, Write};
use crate::base::Result;
use crate::base::code::Code;
use crate::base::date::{Precision, written};
use crate::base::form::{Checked, Choice, Filled};
use crate::page::{Answer, Page, filters};

pub fn routes() -> Vec<Route> {
    routes![show, add]
}

/// One of those who are named.
#[derive(QueryableByName, Clone, Debug)]
pub struct Named {
    #[diesel(sql_type = SqlUuid)]
    user_id: Uuid,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Nullable<SqlDate>)]
    away_from: Option<Date>,
    #[diesel(sql_type = Nullable<SqlDate>)]
    away_until: Option<Date>,
    /// Of the person, the same in every row: nobody could stand in.
    #[diesel(sql_type = Bool)]
    lacks: bool,
}

impl Named {
    /// The days of their next leave.
    fn away(&self) -> Option<(String, String)> {
        let day = |on: Date| written(on, Precision::Day);
        self.away_from.zip(self.away_until).map(|(from, until)| (day(from), day(until)))
    }
}

async fn named(db: &mut AsyncPgConnection, person: Uuid) -> Result<Vec<Named>> {
    Ok(diesel::sql_query("SELECT * FROM protection_names($1)").bind::<SqlUuid, _>(person).load(db).await?)
}

/// True of somebody under protection for whom nobody could stand in.
pub async fn is_lacking(db: &mut AsyncPgConnection, person: Uuid) -> Result<bool> {
    Ok(named(db, person).await?.iter().any(|named| named.lacks))
}

/// One of the staff, with for how many people under protection nobody could stand in for them.
#[derive(QueryableByName, Clone, Debug)]
pub struct Alone {
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = BigInt)]
    pub people: i64,
}

/// Whom to ask for a deputy, for whoever assigns cases; nobody for anybody else.
pub async fn alone(db: &mut AsyncPgConnection) -> Result<Vec<Alone>> {
    Ok(diesel::sql_query("SELECT * FROM without_deputy()").load(db).await?)
}

#[derive(Template)]
#[template(path = "person/deputies.html")]
struct DeputiesPage {
    code: String,
    name: String,
    protected: bool,
    form: Filled,
    named: Vec<Named>,
    colleagues: Vec<Choice>,
    _seen: Option<Seen>,
}

impl DeputiesPage {
    fn lacks(&self) -> bool {
        self.named.iter().any(|named| named.lacks)
    }
}

async fn page<P>(mut db: Read<P>, code: Code, form: Filled) -> Result<DeputiesPage> {
    let person = store::find(&mut db, code).await?;
    let user = db.user().clone();
    let named = named(&mut db, person.id).await?;
    let all = colleagues(&mut db, user.organisation).await?;
    let others = all.into_iter().filter(|c| named.iter().all(|n| n.user_id != c.id));
    let colleagues = others.map(|c| Choice::new(c.id.to_string(), c.name)).collect();
    let seen = db.opened(&[person.id]).await?;
    let protected = person.protected;
    Ok(DeputiesPage { protected, code: person.code, name: person.name, form, named, colleagues, _seen: Some(seen) })
}

#[get("/people/<code>/deputies")]
async fn show(code: Code, db: Read<to::ChangePeople>) -> Result<Page<DeputiesPage>> {
    Ok(Page(page(db, code, Filled::blank()).await?))
}

#[derive(FromForm, Validate)]
struct DeputyForm {
    #[field(default = String::new())]
    deputy: String,
}

/// Names one more.
#[post("/people/<code>/deputies", data = "<form>")]
async fn add(
    code: Code,
    form: Form<Checked<DeputyForm>>,
    mut db: Write<to::ChangePeople>,
) -> Result<Answer<DeputiesPage>> {
    let Checked { value, mut filled } = form.into_inner();
    let person = store::find(&mut db, code).await?;
    if let Some(before) = db.claim(filled.submission()).await? {
        return Ok(Answer::To(before));
    }
    let who = value.and_then(|sent| Uuid::parse_str(sent.deputy.trim()).ok());
    let done = match who {
        Some(who) => {
            let done: Yes = diesel::sql_query("SELECT add_deputy($1, $2) AS yes")
                .bind::<SqlUuid, _>(person.id)
                .bind::<SqlUuid, _>(who)
                .get_result(&mut *db)
                .await?;
            done.yes
        }
        None => false,
    };
    if !done {
        filled.push("deputy", if who.is_some() { "error-deputy" } else { "error-choose" });
        return Ok(Answer::With(Status::UnprocessableEntity, page(db.instead().await?, code, filled).await?));
    }
    let location = format!("/people/{code}/deputies");
    db.done(filled.submission(), &location).await?;
    Ok(Answer::Told(location, "deputy-named"))
}
