//! Macros read these folders without telling cargo.
fn main() {
    for folder in ["migrations", "locales"] {
        println!("cargo:rerun-if-changed={folder}");
    }
}
