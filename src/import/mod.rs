//! Lists of people that come from elsewhere: who is said to be on a flight, met at the desk and reconciled.

pub mod card;
pub mod declining;
pub mod flight;
pub mod flights;
pub mod manifest;
pub mod meeting;
pub mod reconciliation;
pub mod register;

use rocket::Route;

pub fn routes() -> Vec<Route> {
    [
        flights::routes(),
        flight::routes(),
        card::routes(),
        meeting::routes(),
        declining::routes(),
        reconciliation::routes(),
    ]
    .concat()
}
