//! What somebody is helped with: the assistance types of domain 2.4, each with its dimension. One list, for services,
//! plans, providers and whatever else names a kind of help.

/// The three dimensions of reintegration (domain 2.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dimension {
    Economic,
    Social,
    Psychosocial,
}

impl Dimension {
    pub const ALL: [Dimension; 3] = [Dimension::Economic, Dimension::Social, Dimension::Psychosocial];

    pub fn code(self) -> &'static str {
        match self {
            Dimension::Economic => "economic",
            Dimension::Social => "social",
            Dimension::Psychosocial => "psychosocial",
        }
    }

    pub fn from_code(code: &str) -> Option<Dimension> {
        Dimension::ALL.into_iter().find(|dimension| dimension.code() == code)
    }
}

/// Every type with its dimension. `counselling` is about jobs; `psychosocial` is the counselling of one person.
pub const TYPES: [(&str, Dimension); 24] = [
    ("cash-help", Dimension::Economic),
    ("goods-help", Dimension::Economic),
    ("job-placement", Dimension::Economic),
    ("counselling", Dimension::Economic),
    ("skills", Dimension::Economic),
    ("vocational-training", Dimension::Economic),
    ("education", Dimension::Economic),
    ("enterprise-counselling", Dimension::Economic),
    ("start-up-grant", Dimension::Economic),
    ("loan", Dimension::Economic),
    ("financial-literacy", Dimension::Economic),
    ("claim", Dimension::Economic),
    ("housing", Dimension::Social),
    ("child-care", Dimension::Social),
    ("schooling", Dimension::Social),
    ("legal-aid", Dimension::Social),
    ("documents", Dimension::Social),
    ("social-protection", Dimension::Social),
    ("medical", Dimension::Social),
    ("family-mediation", Dimension::Social),
    ("security", Dimension::Social),
    ("psychosocial", Dimension::Psychosocial),
    ("family-counselling", Dimension::Psychosocial),
    ("peer-group", Dimension::Psychosocial),
];

/// How a case stays in touch with somebody, at its days (domain 2.2, stages 3 and 6). No help in itself: one that is still
/// ahead keeps no case from being followed up.
pub const CONTACTS: [&str; 2] = ["needs-contact", "follow-up"];

/// The codes of [`TYPES`].
pub const CODES: [&str; TYPES.len()] = codes();

/// What a line of services may be: help of a type, or a contact.
pub const SERVICE_KINDS: [&str; TYPES.len() + CONTACTS.len()] = {
    let mut all = [""; TYPES.len() + CONTACTS.len()];
    let mut at = 0;
    while at < all.len() {
        all[at] = if at < TYPES.len() { TYPES[at].0 } else { CONTACTS[at - TYPES.len()] };
        at += 1;
    }
    all
};

/// Money or goods are given: their worth is part of a plan's cost.
pub const GIVES: [&str; 4] = ["cash-help", "goods-help", "start-up-grant", "loan"];

const fn codes() -> [&'static str; TYPES.len()] {
    let mut all = [""; TYPES.len()];
    let mut at = 0;
    while at < all.len() {
        all[at] = TYPES[at].0;
        at += 1;
    }
    all
}

pub fn dimension(code: &str) -> Option<Dimension> {
    TYPES.iter().find(|(known, _)| *known == code).map(|(_, dimension)| *dimension)
}

/// True if nothing may be written about it: what is said in such a talk stays there.
pub fn is_private(kind: &str) -> bool {
    dimension(kind) == Some(Dimension::Psychosocial)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_stands_once_and_has_its_dimension() {
        let mut all = SERVICE_KINDS.to_vec();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), TYPES.len() + CONTACTS.len());
        assert_eq!(dimension("counselling"), Some(Dimension::Economic));
        assert!(is_private("psychosocial") && is_private("peer-group") && !is_private("counselling"));
        assert_eq!(dimension("follow-up"), None);
        assert!(GIVES.iter().all(|kind| CODES.contains(kind)));
    }

    /// The CHECKs of the database name the same codes.
    #[test]
    fn the_database_knows_the_same_codes() {
        let sql = include_str!("../../migrations/00000000000017_plan/up.sql");
        for code in CODES {
            assert!(sql.matches(&format!("'{code}'")).count() >= 3, "{code}");
        }
        let private: Vec<String> =
            CODES.into_iter().filter(|code| is_private(code)).map(|c| format!("'{c}'")).collect();
        assert!(sql.contains(&format!("kind IN ({})) = (what IS NULL)", private.join(", "))));
        let gives = GIVES.map(|code| format!("'{code}'")).join(", ");
        assert!(include_str!("../../database/functions_plan.sql").contains(&format!("i.kind IN ({gives})")));
    }
}
