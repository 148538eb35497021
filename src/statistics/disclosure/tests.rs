use super::*;

const LIMIT: Duration = Duration::from_secs(20);

fn example(name: &str) -> Table {
    let file = format!("{}/tests/data/disclosure/{name}.json", env!("CARGO_MANIFEST_DIR"));
    Table::from_json(&std::fs::read_to_string(file).unwrap()).unwrap()
}

/// How many numbers are suppressed beside the small ones, and the value of all that is suppressed.
fn cost(rule: Rule, done: &Publication) -> (usize, i64) {
    let cells = done.table.cells.iter().zip(&done.shown).filter(|(_, shown)| **shown == Shown::Suppressed);
    cells.fold((0, 0), |(more, sum), (cell, _)| (more + usize::from(!rule.is_small(cell.value)), sum + cell.value))
}

#[test]
fn reaches_the_known_optimum_of_each_example() {
    for (name, cells, small, classic, aware) in [
        ("sexXctry_small", 42, 8, (1, 29), None),
        ("provXsex_mid", 105, 9, (9, 96), Some((9, 96))),
        ("regXctry_mid", 98, 14, (8, 100), Some((12, 150))),
    ] {
        let table = example(name);
        assert_eq!(table.cells.len(), cells, "{name}");
        for (rule, best) in [(Rule::classic(5), Some(classic)), (Rule::aware(5), aware)] {
            let began = std::time::Instant::now();
            let done = protect(rule, &table, &[], [], LIMIT);
            println!("{name} {rule:?} {:?} {:?}", done.as_ref().map(|d| cost(rule, d)), began.elapsed());
            if let (Ok(done), Some(best)) = (&done, best) {
                assert_eq!(cost(rule, done), best, "{name} {rule:?}");
                assert_eq!(audit(rule, &[done]).small, small, "{name}");
            }
        }
    }
}

/// Fischetti and Salazar (2000), figure 1: one sensitive number, to be unknown by 5 either way.
#[test]
fn reaches_the_optimum_of_fischetti_and_salazar() {
    let table = Table::flat(
        &["I", "II", "III"],
        &["A", "B", "C"],
        &[
            ("I", "A", 20),
            ("I", "B", 50),
            ("I", "C", 10),
            ("II", "A", 8),
            ("II", "B", 19),
            ("II", "C", 22),
            ("III", "A", 17),
            ("III", "B", 32),
            ("III", "C", 12),
        ],
    );
    let everything = (0..table.cells.len()).collect();
    let draft = Publication::with_suppressed(table, &everything);
    let attack = Attack::new(&[&draft], 0);
    let at = |row: &str, column: &str| draft.table.cells.iter().position(|c| c.key == [row, column]).unwrap();
    let secret = at("II", "C");
    let mut places = vec![Place::Free; attack.nodes.len()];
    places[secret] = Place::Open;
    let want = Want { node: secret, up: 5.0, down: 5.0 };
    let chosen = choose::choose(&attack, &places, &[want], LIMIT).unwrap();
    assert_eq!(chosen, BTreeSet::from([at("II", "A"), at("III", "A"), at("III", "C")]));
    let open = |node: usize| node == secret || chosen.contains(&node);
    assert_eq!(attack.interval(secret, &open), Some((5, Some(30))));
    assert_eq!(chosen.iter().map(|c| attack.nodes[*c].value).sum::<i64>() + 22, 59);
}

#[test]
fn what_cannot_be_hidden_is_merged_or_refused() {
    // Two people who are each alone in their cell: a total of 2 made of two suppressed numbers can only be 1 and 1.
    let counts = [("A", "M", 1), ("A", "F", 1), ("B", "M", 60), ("B", "F", 40), ("C", "M", 3), ("C", "F", 9)];
    let table = Table::flat(&["A", "B", "C", "U"], &["M", "F"], &counts);
    let rule = Rule::aware(5);
    assert_eq!(protect(rule, &table, &[], [], LIMIT).err(), Some(Unsafe::TooThin));
    let done = protect(rule, &table, &[], merging(&table, 0, "X", "U"), LIMIT).unwrap();
    assert_eq!(done.table.value(&["X", "T"]), Some(14));
    assert_eq!(audit(rule, &[&done]).exposed, 0);
    let alone = Table::flat(&["A"], &["M", "F"], &[("A", "M", 1), ("A", "F", 1)]);
    assert_eq!(protect(rule, &alone, &[], merging(&alone, 0, "X", "U"), LIMIT).err(), Some(Unsafe::TooThin));
}

#[test]
fn a_later_revision_does_not_betray_an_earlier_one() {
    let rule = Rule::aware(5);
    let rows = ["A", "B", "C", "D"];
    let first = Table::flat(
        &rows,
        &["M", "F"],
        &[("A", "M", 3), ("A", "F", 30), ("B", "M", 11), ("B", "F", 12), ("C", "M", 50), ("C", "F", 60)],
    );
    let one = protect(rule, &first, &[], [], LIMIT).unwrap();
    // Another country grew, so that by itself another choice would be as good.
    let second = Table::flat(
        &rows,
        &["M", "F"],
        &[("A", "M", 3), ("A", "F", 30), ("B", "M", 70), ("B", "F", 12), ("C", "M", 9), ("C", "F", 60)],
    );
    let alone = protect(rule, &second, &[], [], LIMIT).unwrap();
    assert!(audit(rule, &[&one, &alone]).exposed > 0, "the example shows something");
    let two = protect(rule, &second, &[&one], [], LIMIT).unwrap();
    assert_eq!(audit(rule, &[&one, &two]).exposed, 0);
    for (at, cell) in two.table.cells.iter().enumerate() {
        let same = one.table.cells[at].value == cell.value;
        if same && one.shown[at] == Shown::Suppressed {
            assert_eq!(two.shown[at], Shown::Suppressed, "{:?}", cell.key);
        }
    }
    // Published and unchanged: to suppress it now would only look safe.
    for (at, cell) in two.table.cells.iter().enumerate() {
        if one.table.cells[at].value == cell.value && one.shown[at] == Shown::Value {
            assert_eq!(two.shown[at], Shown::Value, "{:?}", cell.key);
        }
    }
}

#[test]
fn what_was_published_once_is_known() {
    let rule = Rule::aware(5);
    let table = |kr: i64| {
        let counts =
            [("JP", "M", 30), ("JP", "F", 20), ("KR", "M", kr), ("KR", "F", 40), ("TW", "M", 9), ("TW", "F", 8)];
        Table::flat(&["JP", "KR", "TW"], &["M", "F"], &counts)
    };
    // There and back: the second revision hides what the first one and the third one show.
    let one = protect(rule, &table(12), &[], [], LIMIT).unwrap();
    let two = protect(rule, &table(3), &[&one], [], LIMIT).unwrap();
    let three = protect(rule, &table(12), &[&one, &two], [], LIMIT).unwrap();
    assert_eq!(three.shown, one.shown);
    assert_eq!(audit(rule, &[&one, &two, &three]).exposed, 0);
    // A threshold raised too late.
    let later = protect(Rule::aware(15), &table(12), &[&one], [], LIMIT);
    assert_eq!(later.err(), Some(Unsafe::Published));
}

#[test]
fn as_many_countries_as_there_are_take_seconds() {
    let codes: Vec<String> = (0..252).map(|n| format!("C{n:03}")).collect();
    let mut leaves = Vec::new();
    for (n, code) in codes.iter().enumerate() {
        // A few large countries and a long tail, as returns are.
        let size = if n < 60 { 40_000 / (1 + (n as i64).pow(3)) + (n as i64 * 7) % 11 } else { 0 };
        leaves.push((vec![code.clone(), "M".to_owned()], size * 6 / 10));
        leaves.push((vec![code.clone(), "F".to_owned()], size - size * 6 / 10));
    }
    let countries = std::iter::once(("T", None)).chain(codes.iter().map(|c| (c.as_str(), Some("T"))));
    let sexes = table::Dimension::new([("T", None), ("M", Some("T")), ("F", Some("T"))]);
    let table = Table::new(vec![table::Dimension::new(countries), sexes], leaves);
    // Without any time for the best choice, the good one must be as safe.
    for limit in [Duration::from_secs(5), Duration::ZERO] {
        let began = std::time::Instant::now();
        let done = protect(Rule::aware(5), &table, &[], merging(&table, 0, "X", "U"), limit).unwrap();
        println!("252 countries, {limit:?}: {:?} in {:?}", cost(Rule::aware(5), &done), began.elapsed());
        assert_eq!(audit(Rule::aware(5), &[&done]).exposed, 0);
    }
}

/// Every table of whole numbers that fits what is published, but for those further from the truth than an attacker's
/// interval need reach. Written without the linear programmes, to check them.
fn fitting(done: &Publication, rows: usize, columns: usize, around: i64) -> Vec<Vec<i64>> {
    let cell = |row: usize, column: usize| row * (columns + 1) + column;
    let is_fine = |at: usize, value: i64| match done.shown[at] {
        Shown::Value => value == done.table.cells[at].value,
        Shown::Suppressed => value >= 1,
        Shown::Nothing => true,
    };
    let mut partial: Vec<Vec<Vec<i64>>> = vec![Vec::new()];
    for row in 1..=rows {
        let mut ways: Vec<Vec<i64>> = vec![Vec::new()];
        for column in 1..=columns {
            let truth = done.table.cells[cell(row, column)].value;
            ways = ways
                .into_iter()
                .flat_map(|way| {
                    ((truth - around).max(0)..=truth + around).map(move |v| [way.as_slice(), &[v]].concat())
                })
                .filter(|way| is_fine(cell(row, column), way[column - 1]))
                .collect();
        }
        ways.retain(|way| is_fine(cell(row, 0), way.iter().sum()));
        partial = partial
            .into_iter()
            .flat_map(|head| ways.iter().map(move |way| [head.as_slice(), std::slice::from_ref(way)].concat()))
            .collect();
    }
    let sums = |inner: &Vec<Vec<i64>>| -> Vec<i64> {
        let total = |column: usize| inner.iter().map(|row| row[column]).sum::<i64>();
        let margins: Vec<i64> = (0..columns).map(total).collect();
        let line = |row: &Vec<i64>| [&[row.iter().sum()], row.as_slice()].concat();
        std::iter::once(line(&margins)).chain(inner.iter().map(line)).flatten().collect()
    };
    partial.iter().map(sums).filter(|whole| whole.iter().enumerate().all(|(at, value)| is_fine(at, *value))).collect()
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 60, failure_persistence: None, ..Default::default() })]

    #[test]
    fn no_small_number_can_be_worked_out(counts in proptest::collection::vec(0i64..9, 6)) {
        let rows = ["A", "B", "C"];
        let columns = ["M", "F"];
        let all: Vec<(&str, &str, i64)> =
            counts.iter().enumerate().map(|(at, n)| (rows[at / 2], columns[at % 2], *n)).collect();
        let rule = Rule::aware(5);
        if let Ok(done) = protect(rule, &Table::flat(&rows, &columns, &all), &[], [], LIMIT) {
            let possible = fitting(&done, 3, 2, 4);
            for (at, cell) in done.table.cells.iter().enumerate().filter(|(_, c)| rule.is_small(c.value)) {
                let values: BTreeSet<i64> = possible.iter().map(|whole| whole[at]).collect();
                proptest::prop_assert!(values.len() > 1, "{:?} is known", cell);
                proptest::prop_assert!(values.last().is_some_and(|most| *most >= 5), "{:?} {:?}", cell, values);
                proptest::prop_assert!(values.first().is_some_and(|least| *least <= (cell.value - 1).max(1)), "{:?}", cell);
            }
            for (cell, shown) in done.table.cells.iter().zip(&done.shown) {
                proptest::prop_assert!(*shown == Shown::Value || cell.value > 0, "zeros are shown");
                proptest::prop_assert!(*shown == Shown::Suppressed || !rule.is_small(cell.value), "small is suppressed");
            }
        }
    }
    #[test]
    fn two_revisions_together_do_not_tell_a_small_number(
        counts in proptest::collection::vec(0i64..9, 4), changed in 0usize..4, by in 1i64..4,
    ) {
        let table = |counts: &[i64]| {
            let name = |at: usize| (["A", "B"][at / 2], ["M", "F"][at % 2]);
            let all: Vec<_> = counts.iter().enumerate().map(|(at, n)| (name(at).0, name(at).1, *n)).collect();
            Table::flat(&["A", "B"], &["M", "F"], &all)
        };
        let rule = Rule::aware(5);
        let mut later = counts.clone();
        later[changed] += by;
        let Ok(one) = protect(rule, &table(&counts), &[], [], LIMIT) else { return Ok(()) };
        let Ok(two) = protect(rule, &table(&later), &[&one], [], LIMIT) else { return Ok(()) };
        let same: Vec<bool> = one.table.cells.iter().zip(&two.table.cells).map(|(a, b)| a.value == b.value).collect();
        let (first, second) = (fitting(&one, 2, 2, 6), fitting(&two, 2, 2, 6));
        let mut values = vec![[BTreeSet::new(), BTreeSet::new()]; same.len()];
        for a in &first {
            for b in second.iter().filter(|b| (0..same.len()).all(|at| !same[at] || a[at] == b[at])) {
                for at in 0..same.len() {
                    values[at][0].insert(a[at]);
                    values[at][1].insert(b[at]);
                }
            }
        }
        for (at, both) in values.iter().enumerate() {
            for (publication, values) in [&one, &two].into_iter().zip(both) {
                let truth = publication.table.cells[at].value;
                if rule.is_small(truth) {
                    proptest::prop_assert!(values.last().is_some_and(|most| *most >= 5), "{truth}: {values:?}");
                    proptest::prop_assert!(values.first().is_some_and(|least| *least <= (truth - 1).max(1)), "{truth}: {values:?}");
                }
            }
        }
    }
}
