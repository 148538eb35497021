//! `trove link`, as a person at a terminal meets it: files in, pairs out, and no database.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::command::said;

/// A folder of its own, gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        let folder = std::env::temp_dir().join(format!("trove-link-{}", uuid::Uuid::new_v4()));
        fs::create_dir(&folder).unwrap();
        Folder(folder)
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, content).unwrap();
        path
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(&self.0).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// With an address at which no database answers: none is needed.
fn link(words: &[&Path]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_trove"))
        .arg("link")
        .args(words)
        .env("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none")
        .env_remove("TROVE_KEYS")
        .output()
        .unwrap()
}

fn pairs(output: &Output) -> Vec<(String, String, f64)> {
    assert_eq!(output.status.code(), Some(0), "{}", said(output));
    rows(&String::from_utf8(output.stdout.clone()).unwrap())
}

fn rows(text: &str) -> Vec<(String, String, f64)> {
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("id_a,id_b,probability"));
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            (cells[0].to_owned(), cells[1].to_owned(), cells[2].parse().unwrap())
        })
        .collect()
}

const CONSULATE: &str = "\
id,name,date_of_birth,sex,national_id,passport,phone,note
k1,Nguyễn Thị Mậu,1990-02-15,nữ,001190000018,C0000001,0912345678,a
k2,Trần Văn Hải,1988-07-03,nam,,B1234567,,b
k3,Lê Thị Hoà,1995-11-30,nữ,,,0987654321,c
k4,Phạm Văn Đức,1979-05-06,nam,,,,d
";
const DESK: &str = "\
rec_id;given_name;surname;date_of_birth;sex;passport;phone
9;THI MAU;NGUYEN;19900215;F;K7654321;+84 912 345 678
10;Hải Văn;Trần;19880703;M;B1234567;
11;Hòa;Lê;19951130;F;;
12;Quang;Võ;20010101;M;;
";

#[test]
fn two_files_are_linked_one_to_one() {
    let folder = Folder::new();
    let (a, b) = (folder.file("a.csv", CONSULATE), folder.file("b.csv", format!("\u{FEFF}{DESK}")));
    let out = folder.0.join("pairs.csv");
    fs::write(&out, "what was there before").unwrap();
    let done = link(&[&a, &b, Path::new("--out"), &out]);
    assert_eq!(done.status.code(), Some(0), "{}", said(&done));
    assert!(done.stdout.is_empty());
    let told = said(&done);
    assert!(told.contains("columns not used: note") && told.contains("4 records"), "{told}");
    assert!(!told.contains("Nguyễn") && !told.contains("0912"), "progress names nobody: {told}");
    let found = rows(&fs::read_to_string(&out).unwrap());
    let ids: Vec<(&str, &str)> = found.iter().map(|(a, b, _)| (a.as_str(), b.as_str())).collect();
    assert_eq!(ids, [("k1", "9"), ("k2", "10"), ("k3", "11")]);
    assert!(found.iter().all(|(_, _, p)| (0.5..=1.0).contains(p)));
    assert_eq!(folder.names(), ["a.csv", "b.csv", "pairs.csv"], "nothing is left lying about");
    // Without --out to standard output; a higher threshold leaves fewer.
    assert_eq!(pairs(&link(&[&a, &b])), found);
    let sure = pairs(&link(&[&a, &b, Path::new("--threshold"), Path::new("1")]));
    assert!(sure.len() < found.len() || sure.iter().all(|(_, _, p)| *p > 0.999));
}

#[test]
fn within_one_file_the_smaller_id_stands_first() {
    let folder = Folder::new();
    let rows = "id,name,date_of_birth,phone\n\
        10,Nguyễn Thị Mậu,1990-02-15,0912345678\n9,MAU NGUYEN,1990-02-15,0912345678\n\
        8,NGUYEN THI MAU,1990,0912345678\n7,Trần Văn Hải,1988-07-03,\n";
    let numbered = folder.file("numbers.csv", rows);
    let ids = |output: &Output| pairs(output).into_iter().map(|(a, b, _)| (a, b)).collect::<Vec<_>>();
    let owned = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        let mut pairs: Vec<_> = pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        pairs.sort();
        pairs
    };
    let sorted = |output: &Output| {
        let mut found = ids(output);
        found.sort();
        found
    };
    assert_eq!(sorted(&link(&[&numbered])), owned(&[("8", "9"), ("8", "10"), ("9", "10")]));
    let lettered = folder.file("letters.csv", rows.replace("\n7", "\nx7"));
    assert_eq!(sorted(&link(&[&lettered])), owned(&[("10", "8"), ("10", "9"), ("8", "9")]));
}

#[test]
fn a_file_without_rows_has_no_pairs() {
    let folder = Folder::new();
    let empty = folder.file("a.csv", "id,name\n");
    assert_eq!(pairs(&link(&[&empty])), []);
    assert_eq!(pairs(&link(&[&empty, &folder.file("b.csv", DESK)])), []);
}

#[test]
fn dates_that_nobody_can_read_are_left_out_and_told() {
    let folder = Folder::new();
    let file =
        folder.file("a.csv", "id,name,date_of_birth\n1,Lê An,1990-02-15\n2,Lê An,15/02/1990\n3,Lê An,19900299\n");
    let done = link(&[&file]);
    assert_eq!(done.status.code(), Some(0));
    assert!(said(&done).contains("1 dates of birth") && said(&done).contains("row 3"), "{}", said(&done));
}

#[test]
fn bad_input_is_refused_with_the_reason_and_nothing_is_written() {
    let folder = Folder::new();
    let good = folder.file("good.csv", CONSULATE);
    let out = folder.0.join("pairs.csv");
    let million = format!("id,name\n1,{}\n", "ă".repeat(1_000_000));
    let utf16: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain("id,name\n".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let bad: Vec<(&str, Vec<u8>, &str)> = vec![
        ("empty", Vec::new(), "is empty"),
        ("blank", b"\n \n".to_vec(), "is empty"),
        ("no-id", b"name,phone\nA,1\n".to_vec(), "no column `id`"),
        ("id-alone", b"id,colour\n1,red\n".to_vec(), "no column to compare by"),
        ("no-heading", b"1,Nguyen Van An,19900101\n2,Le Thi Hoa,19910101\n".to_vec(), "no column `id`"),
        ("twice", b"id,name,Name\n1,A,B\n".to_vec(), "two columns are called"),
        ("alias", b"id,rec_id,name\n1,2,A\n".to_vec(), "same column"),
        ("same-id", b"id,name\n1,A\n2,B\n1,C\n".to_vec(), "row 4"),
        ("id-missing", b"id,name\n1,A\n,B\n".to_vec(), "row 3 has no id"),
        ("short", b"id,name,sex\n1,A,m\n2,B\n".to_vec(), "row 3 has 2 cells"),
        ("long", b"id,name\n1,A,m\n".to_vec(), "row 2 has 3 cells"),
        ("latin", b"id,name\n1,Nguy\xEAn\n".to_vec(), "UTF-8"),
        ("latin-heading", b"id,name,\xEA\n1,a,b\n".to_vec(), "UTF-8"),
        ("utf-16", utf16, "UTF-8"),
        ("binary", b"PK\x03\x04\0\0\0\0".to_vec(), "UTF-8"),
        ("control", b"id,name\n1,A\x07B\n".to_vec(), "nobody can read"),
        ("million", million.into_bytes(), "row 2 has a cell"),
        ("dates", b"id,date_of_birth\n1,15/02/1990\n2,15.2.90\n".to_vec(), "1990-02-15"),
    ];
    for (name, content, why) in bad {
        let file = folder.file("bad.csv", content);
        for words in [vec![file.as_path()], vec![good.as_path(), file.as_path()]] {
            let done = link(&[words, vec![Path::new("--out"), out.as_path()]].concat());
            assert_eq!(done.status.code(), Some(1), "{name}");
            assert!(said(&done).contains(why) && said(&done).contains("bad.csv"), "{name}: {}", said(&done));
            assert!(said(&done).len() < 2000, "{name}: short enough to read");
            assert!(!out.exists(), "{name}");
        }
    }
    let missing = folder.0.join("missing.csv");
    for words in [
        vec![missing.as_path()],
        vec![folder.0.as_path()],
        // What is read is not written over, nor is anything where nothing can be.
        vec![good.as_path(), Path::new("--out"), good.as_path()],
        vec![good.as_path(), Path::new("--out"), folder.0.as_path()],
        vec![good.as_path(), Path::new("--out"), Path::new("/nowhere/pairs.csv")],
    ] {
        assert_eq!(link(&words).status.code(), Some(1), "{words:?}");
    }
    assert_eq!(fs::read_to_string(&good).unwrap(), CONSULATE);
    for words in [vec![], vec!["--threshold", "2", "a.csv"], vec!["--threshold", "x", "a.csv"], vec!["a", "b", "c"]] {
        let words: Vec<&Path> = words.into_iter().map(Path::new).collect();
        assert_eq!(link(&words).status.code(), Some(2), "{words:?}");
    }
    assert_eq!(folder.names(), ["bad.csv", "good.csv"]);
}
