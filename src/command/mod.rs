//! Commands with a file of their own; `main.rs` has the others.

pub mod release;

use trove::base::Error;
use trove::explain;

/// What stops a command: exit 1 with the reason.
pub struct Refused(pub String);

impl From<Error> for Refused {
    fn from(error: Error) -> Refused {
        Refused(explain(&error))
    }
}
