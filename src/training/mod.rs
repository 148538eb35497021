//! Training (D4): courses in Viet Nam or abroad before somebody returns, what employers want taught, who goes to a course, who was
//! there, and what came of it.

pub mod course;
mod course_form;
pub mod enrolment;
mod fitting;
mod outcome;
mod pages;
pub mod request;
pub mod roll;

use rocket::Route;

pub fn routes() -> Vec<Route> {
    [pages::routes(), request::routes(), enrolment::routes(), outcome::routes(), roll::routes()].concat()
}
