//! The doors: the airport desk, the post abroad, the centre at home; scans, slips, arrivals, and what is counted
//! without a name.

pub mod arrivals;
pub mod contacts;
pub mod desk;
pub mod form;
pub mod scan;
pub mod screening;
pub mod slips;

use rocket::Route;

pub fn routes() -> Vec<Route> {
    [desk::routes(), arrivals::routes(), screening::routes(), slips::routes(), contacts::routes()].concat()
}

/// The doors of an office of this kind, the usual one first.
pub fn doors(kind: &str) -> &'static [&'static str] {
    match kind {
        "airport" => &["airport"],
        "border" => &["land-gate", "sea-gate"],
        "mission" => &["mission", "hotline", "referral"],
        "esc" => &["esc", "commune", "hotline", "referral"],
        "province" => &["commune", "hotline", "referral"],
        _ => &["referral", "hotline"],
    }
}

/// Where a return stands that such an office usually takes in, and where else it may stand.
pub fn standings(kind: &str) -> &'static [&'static str] {
    match kind {
        "airport" | "border" => &["returned"],
        "mission" => &["planned", "undecided", "stayed-abroad", "returned"],
        _ => &["returned", "planned", "undecided", "stayed-abroad", "family"],
    }
}
