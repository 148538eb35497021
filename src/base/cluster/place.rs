//! Where a cluster is and whose: accounts, folders, the server's programs.

use std::env;
use std::fs::{self, DirBuilder, Permissions};
use std::io::{Error, ErrorKind, Result, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where root's clusters go when the server's account cannot reach the folder asked for.
pub(super) const ELSEWHERE: &str = "/var/lib/trove";

/// An account of this machine.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) name: String,
    pub(super) uid: u32,
    pub(super) gid: u32,
}

impl Account {
    /// The account of that name; without one, that of this process.
    pub(super) fn find(name: Option<&str>) -> Result<Account> {
        // uid=101(postgres) gid=104(postgres) groups=…
        let said = run(Command::new("id").args(name), "")?;
        let parts: Vec<&str> = said.split(['=', '(', ')']).collect();
        match (parts.get(1).map(|uid| uid.parse()), parts.get(4).map(|gid| gid.parse())) {
            (Some(Ok(uid)), Some(Ok(gid))) => Ok(Account { name: parts[2].to_owned(), uid, gid }),
            _ => Err(Error::other(format!("an account needs a name: {said}"))),
        }
    }
}

/// Gives a path to an error, which lacks it.
pub(super) fn at(path: &Path) -> impl Fn(Error) -> Error {
    move |error| Error::new(error.kind(), format!("{}: {error}", path.display()))
}

/// Gives a program its input and gives back what it printed, or fails with that.
pub(super) fn run(command: &mut Command, input: &str) -> Result<String> {
    let program = PathBuf::from(command.get_program());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(at(&program))?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program that failed reads no more; what it says is the better error.
        let _ = stdin.write_all(input.as_bytes());
    }
    let output = child.wait_with_output()?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end().to_owned();
    if output.status.success() {
        return Ok(text(&output.stdout));
    }
    Err(Error::other(text(&output.stdout) + &text(&output.stderr)))
}

/// Makes a folder private to the server's account.
pub(super) fn own(folder: &Path, server: &Account) -> Result<()> {
    fs::set_permissions(folder, Permissions::from_mode(0o700)).map_err(at(folder))?;
    chown(folder, Some(server.uid), Some(server.gid)).map_err(at(folder))
}

/// Eight hexadecimal digits of a text (FNV-1a, which no later Rust changes).
fn digits(text: &str) -> String {
    let step = |hash: u32, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    format!("{:08x}", text.bytes().fold(0x811c_9dc5, step))
}

/// Where the cluster of `folder` is: there, or elsewhere if the server's account cannot get there,
/// as under root's home or in a `mktemp -d`.
pub(super) fn home(folder: &Path, caller: &Account, server: &Account) -> Result<PathBuf> {
    fs::create_dir_all(folder).map_err(at(folder))?;
    let folder = folder.canonicalize()?;
    let note = folder.join("location");
    let named = PathBuf::from(fs::read_to_string(&note).unwrap_or_default().trim_end());
    if named.starts_with(ELSEWHERE) {
        fs::create_dir_all(&named).map_err(at(&named))?;
        return Ok(named);
    }
    let mut reach = Command::new("test");
    reach.arg("-x").arg(folder.join("..")).uid(server.uid).gid(server.gid);
    if caller.uid != 0 || run(&mut reach, "").is_ok() {
        return Ok(folder);
    }
    if folder.join("data").exists() {
        let whom = format!("{} cannot be reached by {}", folder.display(), server.name);
        return Err(Error::other(whom + ": chmod a+x the folders above it"));
    }
    // With its time of birth, so that a later folder of the same path starts empty.
    let born = fs::metadata(&folder)?.created()?;
    let elsewhere = Path::new(ELSEWHERE).join(digits(&format!("{} {born:?}", folder.display())));
    fs::create_dir_all(&elsewhere).map_err(at(&elsewhere))?;
    fs::set_permissions(ELSEWHERE, Permissions::from_mode(0o711))?;
    fs::write(&note, format!("{}\n", elsewhere.display())).map_err(at(&note))?;
    Ok(elsewhere)
}

/// The folder of the socket: the cluster's own; or, if that is longer than a socket's path may be
/// (107 bytes with `/.s.PGSQL.5432`) or a shell, a setting or a connection string could misread it,
/// one in /tmp, whose owner is checked, since anyone may make folders there.
pub(super) fn socket_folder(home: &Path, server: &Account) -> Result<String> {
    let home = home.display().to_string();
    if home.len() <= 93 && home.bytes().all(|b| b.is_ascii_alphanumeric() || b"/._-".contains(&b)) {
        return Ok(home);
    }
    let short = format!("/tmp/trove-{}", digits(&home));
    match DirBuilder::new().mode(0o700).create(&short) {
        Ok(()) => own(Path::new(&short), server)?,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    let found = fs::symlink_metadata(&short)?;
    if found.is_dir() && found.uid() == server.uid && found.mode() & 0o077 == 0 {
        return Ok(short);
    }
    Err(Error::other(format!("{short} is not a private folder of {}", server.name)))
}

/// The server's programs: of the data's own major version, else the newest. `PG_BIN` adds a folder.
pub(super) fn binaries(home: &Path) -> Result<PathBuf> {
    let mut folders: Vec<PathBuf> = env::var_os("PG_BIN").map(PathBuf::from).into_iter().collect();
    if let Ok(versions) = fs::read_dir("/usr/lib/postgresql") {
        folders.extend(versions.flatten().map(|version| version.path().join("bin")));
    }
    folders.extend(run(Command::new("pg_config").arg("--bindir"), "").map(PathBuf::from));
    let major = |bin: &PathBuf| -> Option<u32> {
        // postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)
        let said = run(Command::new(bin.join("postgres")).arg("--version"), "").ok()?;
        said.split_whitespace().nth(2)?.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
    };
    let wanted = fs::read_to_string(home.join("data/PG_VERSION")).unwrap_or_default();
    let wanted = wanted.trim_end();
    let fits = |major: u32| if wanted.is_empty() { major >= 15 } else { major.to_string() == wanted };
    let found = folders.into_iter().filter_map(|bin| Some((major(&bin)?, bin)));
    found.filter(|(major, _)| fits(*major)).max().map(|(_, bin)| bin).ok_or_else(|| {
        let package = if wanted.is_empty() { "" } else { "-" };
        let install = format!("sudo apt-get install postgresql{package}{wanted}");
        Error::other(format!("{} needs a PostgreSQL server: {install}", home.display()))
    })
}
