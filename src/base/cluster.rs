//! A private PostgreSQL cluster made from the installed server binaries, for `./serve` without a
//! `DATABASE_URL` and for the tests.
//!
//! Its folder (mode 0700) holds:
//!
//! | | |
//! |---|---|
//! | `data/`      | the cluster; `new/` while it is being made, so that a half-made one is never used |
//! | `log`        | what the server says, less the details of errors: those may hold personal data |
//! | `turn.lock`  | held while a process starts or stops the server: one at a time |
//! | `share.lock` | held shared by each process that uses the server; the last one out stops it |
//! | `location`   | alone, if the cluster had to be made elsewhere: names that place |
//!
//! The server listens on a unix socket only and asks the kernel who is calling: the account that
//! started it and the one it runs as may be `postgres`, `owner` or `app`, nobody else may be anyone.
//! PostgreSQL refuses to run as root, so root's cluster runs as `postgres`, else as `nobody`.
//! `place` finds accounts, folders and programs; here they are put to work.

mod place;

use place::{Account, ELSEWHERE, at, binaries, home, own, run, socket_folder};
use std::fs::{self, File};
use std::io::{Error, Result};
use std::os::unix::fs::fchown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Roles and database: idempotent, applied at every start.
const ROLES: &str = include_str!("../../database/roles.sql");

/// Seconds that a server may take to start, which after a crash means to recover, or to stop.
const PATIENCE: u64 = 300;

/// Seconds for which the leavings of a killed server are waited out: it stays in the process table
/// until its parent has reaped it, and its workers need a moment to notice.
const LEAVINGS: u64 = 15;

/// What a commit is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// It survives a power cut.
    Safe,
    /// It survives `kill -9`. For tests: a cluster that does not start is thrown away.
    Fast,
}

/// A share in a running cluster.
#[derive(Debug)]
pub struct Cluster {
    bin: PathBuf,
    home: PathBuf,
    socket: String,
    caller: Account,
    server: Account,
    share: File,
    watchdog: Option<Child>,
}

impl Cluster {
    /// Makes the cluster in `folder` (which is for it alone) if there is none, starts or joins it,
    /// and applies roles and database. Blocks. Any number of processes may call it at once.
    pub fn start(folder: &Path, durability: Durability) -> Result<Cluster> {
        let caller = Account::find(None)?;
        let server = match caller.uid {
            0 => Account::find(Some("postgres")).or_else(|_| Account::find(Some("nobody")))?,
            _ => caller.clone(),
        };
        let home = home(folder, &caller, &server)?;
        own(&home, &server)?;
        let turn = lock(&home.join("turn.lock"), &server)?;
        turn.lock()?;
        let share = lock(&home.join("share.lock"), &server)?;
        share.lock_shared()?;
        let socket = socket_folder(&home, &server)?;
        let bin = PathBuf::new();
        let mut cluster = Cluster { bin, home, socket, caller, server, share, watchdog: None };
        let mut ready = cluster.launch(durability);
        if ready.is_err() && durability == Durability::Fast && fs::remove_dir_all(cluster.home.join("data")).is_ok() {
            ready = cluster.launch(durability);
        }
        let ready = ready.and_then(|()| cluster.psql("postgres", "postgres", ROLES));
        // Before `cluster` may go out of scope: dropping it takes the turn.
        drop(turn);
        ready.map(|_| cluster)
    }

    /// Like [`Cluster::start`], fast, and stopped once this process and all others that share it
    /// have ended, in whatever way: a test binary keeps its share in a static, never dropped.
    pub fn start_for_tests(folder: &Path) -> Result<Cluster> {
        let mut cluster = Cluster::start(folder, Durability::Fast)?;
        let mut end = String::from("\"$0\" stop -D data -m immediate");
        if cluster.home.starts_with(ELSEWHERE) {
            end += "; rm -rf data"; // Nobody would remove it with the checkout.
        }
        let mut watchdog = cluster.command("/usr/bin/flock");
        // Gets the lock when no process holds a share. Its own group, out of reach of Ctrl-C.
        watchdog.args(["share.lock", "sh", "-c", &end]).arg(cluster.bin.join("pg_ctl"));
        watchdog.process_group(0).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        cluster.watchdog = Some(watchdog.spawn()?);
        Ok(cluster)
    }

    /// The connection string for a role and a database, as libpq and tokio-postgres read it.
    pub fn url(&self, role: &str, database: &str) -> String {
        format!("host={} user={role} dbname={database}", self.socket)
    }

    /// Runs a script through psql, stops at the first error, and gives back the rows as psql prints
    /// them: a line each, columns parted by `|`. For bootstrap and tests; requests use the pool.
    pub fn psql(&self, role: &str, database: &str, sql: &str) -> Result<String> {
        let options = "-X -q -A -t -v ON_ERROR_STOP=1 -d".split(' ');
        run(self.command("psql").args(options).arg(self.url(role, database)), sql)
    }

    /// The folder of the server's programs: `pg_dump`, `pgbench`, …
    pub fn bin(&self) -> &Path {
        &self.bin
    }

    /// The folder of `data/` and `log`: not the one given to `start` if that has a `location`.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// A program run in the cluster's folder as the server's account, in English and without the
    /// caller's `PG…` variables. Paths are relative, since `pg_ctl` hands them to a shell.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.bin.join(program));
        command.current_dir(&self.home).uid(self.server.uid).gid(self.server.gid);
        command.env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C");
        command.env("PGCTLTIMEOUT", PATIENCE.to_string());
        command
    }

    /// Joins the server if it answers, else starts it. The turn is ours.
    fn launch(&mut self, durability: Durability) -> Result<()> {
        self.bin = binaries(&self.home)?;
        let begun = Instant::now();
        while begun.elapsed().as_secs() < PATIENCE {
            match self.command("pg_isready").args(["-q", "-h", &self.socket]).status()?.code() {
                Some(0) => return Ok(()),
                Some(1) => {} // on its way up or down
                _ => match self.start_server(durability) {
                    Err(error) if !passing(&error) || begun.elapsed().as_secs() > LEAVINGS => {
                        return Err(error);
                    }
                    _ => {}
                },
            }
            thread::sleep(Duration::from_millis(20));
        }
        Err(Error::other(format!("PostgreSQL does not come up: see {}/log", self.home.display())))
    }

    fn start_server(&self, durability: Durability) -> Result<()> {
        let (data, log) = (self.home.join("data"), self.home.join("log"));
        if !data.exists() {
            self.make(durability)?;
        }
        fs::write(data.join("pg_hba.conf"), "local all all peer map=trove\n")?;
        let map = [&self.caller, &self.server].map(|Account { name, .. }| {
            ["postgres", "owner", "app"].map(|role| format!("trove \"{name}\" {role}\n")).concat()
        });
        fs::write(data.join("pg_ident.conf"), map.concat())?;
        // Left by a killed server whose number is another program's by now, which PostgreSQL would
        // take for the server, for ever.
        let socket = Path::new(&self.socket).join(".s.PGSQL.5432.lock");
        for left in [data.join("postmaster.pid"), socket] {
            let pid = fs::read_to_string(&left).unwrap_or_default();
            let pid = pid.lines().next().unwrap_or_default();
            let program = fs::read_to_string(format!("/proc/{pid}/comm"));
            if program.is_ok_and(|program| program.trim_end() != "postgres") {
                fs::remove_file(left)?;
            }
        }
        if fs::metadata(&log).is_ok_and(|log| log.len() > 10_000_000) {
            fs::rename(&log, self.home.join("log.1"))?;
        }
        let mut options = format!("-k {} -c listen_addresses= -c timezone=UTC", self.socket);
        options += " -c log_timezone=UTC -c log_error_verbosity=terse -c log_checkpoints=off";
        if durability == Durability::Fast {
            options += " -F -c full_page_writes=off -c synchronous_commit=off -c autovacuum=off";
            options += " -c wal_level=minimal -c max_wal_senders=0";
        }
        let start = "start -w -s -D data -l log -o".split(' ');
        run(self.command("pg_ctl").args(start).arg(options), "").map(drop).map_err(|error| {
            let log = fs::read(&log).unwrap_or_default();
            let end = String::from_utf8_lossy(&log[log.len().saturating_sub(1000)..]).into_owned();
            Error::other(format!("{error}\n{end}"))
        })
    }

    /// Makes the data folder, complete or not at all.
    fn make(&self, durability: Durability) -> Result<()> {
        let _ = fs::remove_dir_all(self.home.join("new"));
        let options = "-D new -U postgres -A peer -E UTF8 --locale=C.UTF-8 --lc-collate=C -k";
        let sync = (durability == Durability::Fast).then_some("--no-sync");
        run(self.command("initdb").args(options.split(' ')).args(sync), "")?;
        fs::rename(self.home.join("new"), self.home.join("data"))?;
        File::open(&self.home)?.sync_all()
    }
}

impl Drop for Cluster {
    /// The last one out stops the server; one that cannot be stopped is joined by the next start.
    fn drop(&mut self) {
        let Ok(turn) = lock(&self.home.join("turn.lock"), &self.server) else { return };
        if turn.lock().is_ok() && self.share.unlock().is_ok() && self.share.try_lock().is_ok() {
            let stop = "stop -w -s -D data -m fast".split(' ');
            let _ = run(self.command("pg_ctl").args(stop), "");
        }
    }
}

/// A leaving of a killed server, which passes.
fn passing(error: &Error) -> bool {
    let said = error.to_string();
    said.contains("lock file") || said.contains("shared memory block")
}

/// Opens a lock file, which the watchdog too can open.
fn lock(path: &Path, server: &Account) -> Result<File> {
    let file = File::options().create(true).append(true).open(path).map_err(at(path))?;
    fchown(&file, Some(server.uid), Some(server.gid)).map_err(at(path))?;
    Ok(file)
}
