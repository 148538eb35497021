//! The private cluster: made, shared, stopped, killed.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};
use trove::base::cluster::{Cluster, Durability};

/// A folder for a cluster, removed at the end of the test, and with it what was made elsewhere.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let name = format!("cluster-{}-{name}", std::process::id());
        Folder(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name))
    }

    fn start(&self, durability: Durability) -> Cluster {
        Cluster::start(&self.0, durability).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Ok(elsewhere) = fs::read_to_string(self.0.join("location")) {
            let _ = fs::remove_dir_all(elsewhere.trim_end());
        }
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn ask(cluster: &Cluster, sql: &str) -> String {
    cluster.psql("postgres", "postgres", sql).unwrap()
}

/// The server's process number, while it runs or was killed; a server that stopped leaves none.
fn pid(home: &Path) -> Option<String> {
    let file = fs::read_to_string(home.join("data/postmaster.pid")).ok()?;
    file.lines().next().map(str::to_owned)
}

fn kill(pid: &str) {
    assert!(Command::new("kill").args(["-9", pid]).status().unwrap().success());
}

fn wait_until(what: &str, done: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !done() {
        assert!(Instant::now() < deadline, "not within ten seconds: {what}");
        thread::yield_now();
    }
}

#[test]
fn the_last_one_out_stops_the_server() {
    let folder = Folder::new("share");
    let first = folder.start(Durability::Fast);
    let server = pid(first.home());
    assert!(server.is_some());
    let second = folder.start(Durability::Fast);
    assert_eq!(pid(second.home()), server, "joined");
    drop(first);
    roles_can_do_what_they_are_for_and_no_more(&second);
    let home = second.home().to_owned();
    drop(second);
    assert_eq!(pid(&home), None);

    // A killed server's number that is another program's by now does not keep it from starting.
    let ours = format!("{}\n", std::process::id());
    fs::write(home.join("data/postmaster.pid"), &ours).unwrap();
    let again = folder.start(Durability::Fast);
    assert_ne!(pid(&home).unwrap(), ours.trim());
    assert_eq!(ask(&again, "SELECT 1"), "1");
}

fn roles_can_do_what_they_are_for_and_no_more(cluster: &Cluster) {
    let as_app = |sql| cluster.psql("app", "trove", sql);
    assert_eq!(as_app("SHOW statement_timeout; SHOW timezone").unwrap(), "15s\nUTC");
    assert_eq!(as_app("SET ROLE reader; SELECT current_user").unwrap(), "reader");
    assert_eq!(as_app("SELECT pg_has_role('reader', 'USAGE')").unwrap(), "f", "inherited");
    assert!(as_app("SET ROLE owner").unwrap_err().to_string().contains("permission denied"));
    assert!(as_app("CREATE TABLE t ()").unwrap_err().to_string().contains("permission denied"));
    assert!(cluster.psql("reader", "trove", "").is_err(), "reader signed in");
    let bound = "SELECT count(*) FROM pg_roles WHERE rolname IN ('owner', 'app', 'reader', \
                 'statistics') AND NOT rolsuper AND NOT rolbypassrls";
    assert_eq!(ask(cluster, bound), "4");
    let owner = "CREATE TABLE t (name text); INSERT INTO t VALUES ('Đạt'), ('Dũng'), ('Ân');
                 SELECT string_agg(name, ' ' ORDER BY name COLLATE \"vi-x-icu\") FROM t";
    assert_eq!(cluster.psql("owner", "trove", owner).unwrap(), "Ân Dũng Đạt");
}

#[test]
fn what_was_committed_survives_kill_9_of_everything() {
    let folder = Folder::new("kill");
    let cluster = folder.start(Durability::Safe);
    ask(&cluster, "CREATE TABLE t AS SELECT generate_series(1, 1000)");
    kill(&pid(cluster.home()).unwrap());
    assert_eq!(ask(&folder.start(Durability::Safe), "SELECT count(*) FROM t"), "1000");
}

/// And in a folder that a shell, a setting and a socket cannot take, half-made before.
#[test]
fn four_may_start_at_once() {
    let folder = Folder::new(&format!("Trở về, «mẹ»'s $HOME {}", "x".repeat(93)));
    fs::create_dir_all(folder.0.join("new/base")).unwrap();
    let begin = || folder.start(Durability::Fast);
    let clusters = thread::scope(|scope| {
        let starting: Vec<_> = (0..4).map(|_| scope.spawn(begin)).collect();
        starting.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    let home = clusters[0].home().to_owned();
    assert!(!home.join("new").exists());
    for cluster in &clusters {
        assert_eq!(ask(cluster, "SELECT 1"), "1");
    }
    let url = clusters[0].url("app", "trove");
    drop(clusters);
    assert_eq!(pid(&home), None);
    if let Some(short) = url.split([' ', '=']).find(|word| word.starts_with("/tmp/trove-")) {
        fs::remove_dir(short).unwrap();
    }
}

/// Root's own folders are closed to the account that root's server runs as.
#[test]
fn a_folder_out_of_the_servers_reach_names_another() {
    if fs::metadata("/proc/self").unwrap().uid() != 0 {
        return; // The server runs as ourselves.
    }
    let mut folder = Folder::new("closed");
    fs::DirBuilder::new().mode(0o700).create(&folder.0).unwrap();
    let closed = folder.0.clone();
    folder.0 = closed.join("pg");
    let cluster = folder.start(Durability::Fast);
    assert!(cluster.home().starts_with("/var/lib/trove"));
    assert_eq!(ask(&cluster, "CREATE TABLE t (); SELECT count(*) FROM t"), "0");
    drop(cluster);
    assert_eq!(ask(&folder.start(Durability::Fast), "SELECT count(*) FROM t"), "0", "found again");
    drop(folder);
    fs::remove_dir(closed).unwrap();
}

/// This test is also the process that it starts and kills.
#[test]
fn the_server_of_a_killed_test_run_is_stopped() {
    const CHILD: &str = "TROVE_TEST_CLUSTER";
    if let Some(folder) = env::var_os(CHILD) {
        let cluster = Cluster::start_for_tests(Path::new(&folder)).unwrap();
        println!("\nhome {}", cluster.home().display());
        loop {
            thread::park();
        }
    }
    let folder = Folder::new("watchdog");
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "--nocapture", "cluster::the_server_of_a_killed_test_run_is_stopped"])
        .env(CHILD, &folder.0)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let said = BufReader::new(child.stdout.take().unwrap()).lines();
    let home = said.map_while(Result::ok).find_map(|line| Some(line.strip_prefix("home ")?.into()));
    let home: PathBuf = home.expect("a running child");
    assert!(pid(&home).is_some());
    child.kill().unwrap();
    child.wait().unwrap();
    wait_until("the server has gone", || pid(&home).is_none());
}
