//! What people call their work: an index of job titles in both languages onto the unit groups of ISCO-08. Nobody says
//! *welders and flame cutters*; they say *hàn tàu*, in any order, with or without diacritics, with the country before or
//! after it.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::{Entry, List};
use crate::base::text::{clean, fold};

/// A word as it is compared, and as it was written.
struct Word {
    folded: String,
    marked: String,
}

impl Word {
    fn has_marks(&self) -> bool {
        self.folded != self.marked
    }
}

struct Title {
    code: &'static str,
    words: Vec<Word>,
    text: &'static str,
    weight: f64,
}

/// The index, read once.
struct Index {
    titles: Vec<Title>,
    /// How much a word tells: one that stands in few titles tells more.
    weights: HashMap<String, f64>,
}

/// An occupation that may be meant, and the title by which it was found.
pub struct Found {
    pub entry: &'static Entry,
    pub title: &'static str,
}

/// Where somebody worked says nothing of what they did.
const PLACES: [&str; 16] = [
    "nhat ban",
    "han quoc",
    "dai loan",
    "dai bac",
    "trung quoc",
    "hong kong",
    "ma cao",
    "a rap",
    "thai lan",
    "cam pu chia",
    "rumani",
    "ba lan",
    "hungary",
    "singapore",
    "malaysia",
    "israel",
];
/// Short names of countries that are words of their own too, and so are left out only behind one of [`BEFORE`].
const SHORT: [&str; 12] = ["nhat", "han", "dai", "uc", "my", "duc", "nga", "lao", "thai", "sing", "ma", "campuchia"];
const BEFORE: [&str; 8] = ["o", "ben", "sang", "tai", "di", "qua", "tu", "nuoc"];
/// Words of whoever tells it.
const FILLERS: [&str; 14] =
    ["o", "ben", "sang", "tai", "em", "toi", "minh", "anh", "chi", "cho", "lam", "nguoi", "cua", "the"];

fn words(text: &str) -> Vec<Word> {
    let lower = clean(text).to_lowercase();
    let parts = lower.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    parts.map(|marked| Word { folded: fold(marked), marked: marked.to_owned() }).collect()
}

/// What is asked for, without where it was and who says so; all of it where nothing else is left.
fn asked(typed: &str) -> Vec<Word> {
    let all = words(typed);
    let mut drop = vec![false; all.len()];
    let is = |at: usize, known: &[&str]| all.get(at).is_some_and(|word| known.contains(&word.folded.as_str()));
    for at in 0..all.len() {
        for place in PLACES {
            let parts: Vec<&str> = place.split(' ').collect();
            if parts.iter().enumerate().all(|(n, part)| is(at + n, &[part])) {
                drop[at..at + parts.len()].fill(true);
            }
        }
        drop[at] |= is(at, &FILLERS) || (at > 0 && is(at - 1, &BEFORE) && is(at, &SHORT));
    }
    if drop.iter().all(|dropped| *dropped) {
        return all;
    }
    all.into_iter().zip(drop).filter(|(_, dropped)| !dropped).map(|(word, _)| word).collect()
}

impl Index {
    fn read() -> Index {
        let text = include_str!("../../reference/occupation_titles.csv");
        let lines = text.lines().filter(|line| !line.starts_with('#')).skip(1);
        let listed = lines.filter_map(|line| {
            let (code, rest) = line.split_once(',')?;
            Some((code, rest.split_once(',')?.1))
        });
        let groups = List::Occupations.vocabulary().entries().iter().filter(|e| e.code.len() == 4);
        let named = groups.flat_map(|e| [(e.code.as_str(), e.vi.as_str()), (e.code.as_str(), e.en.as_str())]);
        let mut titles: Vec<Title> =
            listed.chain(named).map(|(code, text)| Title { code, words: words(text), text, weight: 0.0 }).collect();
        let mut seen: HashMap<String, usize> = HashMap::new();
        for title in &titles {
            let mut once: Vec<&str> = title.words.iter().map(|word| word.folded.as_str()).collect();
            once.sort_unstable();
            once.dedup();
            for word in once {
                *seen.entry(word.to_owned()).or_default() += 1;
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "some thousand titles")]
        let tells = |titles_with: usize, all: usize| (1.0 + all as f64 / (1.0 + titles_with as f64)).ln();
        let weights: HashMap<String, f64> =
            seen.into_iter().map(|(word, with)| (word, tells(with, titles.len()))).collect();
        for title in &mut titles {
            title.weight = title.words.iter().map(|word| weights[&word.folded]).sum();
        }
        Index { titles, weights }
    }

    fn get() -> &'static Index {
        static INDEX: OnceLock<Index> = OnceLock::new();
        INDEX.get_or_init(Index::read)
    }

    /// How well a title fits, from 0 to about 1.1.
    fn score(&self, title: &Title, asked: &[Word], whole: f64) -> f64 {
        let mut matched: f64 = 0.0;
        let mut before: Option<usize> = None;
        let mut in_a_row: f64 = 0.0;
        for (n, word) in asked.iter().enumerate() {
            let fits = |there: &Word| -> f64 {
                if there.folded == word.folded {
                    // *hàn* is not *Hàn*, but whoever types no marks means any.
                    return if word.has_marks() && there.marked != word.marked { 0.4 } else { 1.0 };
                }
                // The last word may not be finished.
                let begins = n + 1 == asked.len() && word.folded.len() > 1 && there.folded.starts_with(&word.folded);
                if begins { 0.6 } else { 0.0 }
            };
            let best = title.words.iter().enumerate().map(|(at, there)| (fits(there), at));
            let Some((fit, at)) = best.max_by(|a, b| a.0.total_cmp(&b.0)).filter(|(fit, _)| *fit > 0.0) else {
                before = None;
                continue;
            };
            matched += fit * self.weights[&title.words[at].folded];
            if before.is_some_and(|before| before + 1 == at) {
                in_a_row += 0.05;
            }
            before = Some(at);
        }
        0.65 * matched / whole + 0.35 * matched / title.weight + in_a_row
    }
}

/// Occupations that may be meant by what was typed, the likeliest first.
pub fn suggest(typed: &str, most: usize) -> Vec<Found> {
    let index = Index::get();
    let asked = asked(typed);
    let known = |word: &Word| index.weights.get(&word.folded).copied();
    // The word that is being typed may be the beginning of one.
    let whole: f64 = asked.iter().map(|word| known(word).unwrap_or(4.0)).sum();
    if asked.is_empty() {
        return Vec::new();
    }
    let mut best: HashMap<&str, (f64, usize)> = HashMap::new();
    for (at, title) in index.titles.iter().enumerate() {
        let score = index.score(title, &asked, whole);
        if score > 0.3 && best.get(title.code).is_none_or(|(other, _)| score > *other) {
            best.insert(title.code, (score, at));
        }
    }
    let mut found: Vec<(f64, usize)> = best.into_values().collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let vocabulary = List::Occupations.vocabulary();
    let titles = found.into_iter().take(most).map(|(_, at)| &index.titles[at]);
    titles.filter_map(|title| Some(Found { entry: vocabulary.get(title.code)?, title: title.text })).collect()
}

/// What each unit group is called, folded.
pub(super) fn of_groups() -> impl Iterator<Item = (&'static str, String)> {
    let text = include_str!("../../reference/occupation_titles.csv");
    text.lines().filter(|line| !line.starts_with('#')).skip(1).filter_map(|line| {
        let (code, rest) = line.split_once(',')?;
        Some((code, fold(rest.split_once(',')?.1)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As counsellors type it, and the group that should stand among the first three.
    const ASKED: [(&str, &str); 60] = [
        ("lam mong", "5142"),
        ("hàn tàu", "7212"),
        ("cong nhan dien tu", "8212"),
        ("lái xe nâng", "8344"),
        ("trong nam", "6113"),
        ("hái dâu", "9211"),
        ("hộ lý viện dưỡng lão", "5321"),
        ("đóng gói hàng", "9321"),
        ("tho ho", "7112"),
        ("phụ hồ", "9313"),
        ("kcs", "7543"),
        ("giu tre", "5311"),
        ("cạo mủ cao su", "6112"),
        ("caregiver", "5322"),
        ("giúp việc nhà ở đài loan", "9111"),
        ("xe om grab", "8321"),
        ("ship hàng xe máy", "8321"),
        ("dan giao nhat ban", "7119"),
        ("buộc sắt xây dựng", "7114"),
        ("đứng máy phay cnc", "7223"),
        ("phun sơn ô tô", "7132"),
        ("thợ mộc đóng tủ", "7522"),
        ("ban hang qua facebook", "5221"),
        ("bán rau ngoài chợ", "5211"),
        ("bán bánh mì vỉa hè", "5212"),
        ("giặt là trong nhà máy", "8157"),
        ("hành lý sân bay", "9333"),
        ("em làm hàn ở xưởng đóng tàu bên hàn", "7212"),
        ("chăm ông cụ bị liệt ở đài bắc", "5322"),
        ("ở nhà chủ đài loan nấu cơm lau nhà", "9111"),
        ("cột sắt công trình", "7114"),
        ("dựng giáo xây dựng", "7119"),
        ("đứng chuyền lắp điện thoại", "8212"),
        ("làm cá trong nhà máy nhật", "7511"),
        ("vat sua", "6121"),
        ("lam nha kinh han quoc", "6113"),
        ("chạy xe chở hàng container", "8332"),
        ("rua chen bat", "9412"),
        ("dọn vệ sinh trong bệnh viện", "9112"),
        ("soi loi san pham", "7543"),
        ("trực cổng ban đêm", "5414"),
        ("mo quan com", "1412"),
        ("gội đầu cắt tóc", "5141"),
        ("tiện phay máy cnc", "7223"),
        ("làm tôm ngoài vuông", "6221"),
        ("đi ghe đánh cá", "6222"),
        ("đóng đồ nội thất gỗ", "7522"),
        ("trét mastic", "7123"),
        ("thong dich vien tieng han", "2643"),
        ("dạy nghề hàn", "2320"),
        ("xếp hàng hóa lên kệ siêu thị", "9334"),
        ("giữ em bé cho chủ", "5311"),
        ("lái xe cẩu tháp", "8343"),
        ("may bao tay", "8153"),
        ("lượm ve chai", "9612"),
        ("hái trà", "9211"),
        ("câu mực đại dương", "6223"),
        ("trưởng chuyền xưởng may", "3122"),
        ("buôn bán trên mạng", "5221"),
        ("xe ôm công nghệ grab", "8321"),
    ];

    #[test]
    fn what_people_call_their_work_is_found() {
        let place = |typed: &str, code: &str| suggest(typed, 3).iter().position(|found| found.entry.code == code);
        let missed: Vec<&str> =
            ASKED.iter().filter(|(typed, code)| place(typed, code).is_none()).map(|(typed, _)| *typed).collect();
        assert!(missed.len() <= 3, "not among the first three: {missed:?}");
        let first = ASKED.iter().filter(|(typed, code)| place(typed, code) == Some(0)).count();
        assert!(first >= 50, "first: {first} of {}", ASKED.len());
    }

    #[test]
    fn marks_decide_where_they_are_given_and_nothing_is_found_in_nothing() {
        assert_eq!(suggest("thợ hàn", 1)[0].entry.code, "7212");
        assert_eq!(suggest("tho han", 1)[0].entry.code, "7212");
        assert_eq!(suggest("hàn ở Hàn Quốc", 1)[0].entry.code, "7212");
        assert_eq!(suggest("welder", 1)[0].entry.code, "7212");
        for nothing in ["", "  ", "!?", "xyzzy", "ở Nhật Bản", &"x".repeat(10_000)] {
            assert!(suggest(nothing, 3).iter().all(|found| found.entry.code.len() == 4), "{nothing}");
        }
        assert!(suggest("xyzzy", 3).is_empty());
    }

    #[test]
    fn every_title_is_of_a_unit_group_and_stands_there_once() {
        let mut seen = std::collections::HashSet::new();
        for title in &Index::get().titles {
            let entry = List::Occupations.vocabulary().get(title.code).filter(|entry| entry.code.len() == 4);
            assert!(entry.is_some() && !title.words.is_empty(), "{} {}", title.code, title.text);
        }
        let text = include_str!("../../reference/occupation_titles.csv");
        for line in text.lines().filter(|line| !line.starts_with('#')).skip(1) {
            assert!(seen.insert(line), "twice: {line}");
            assert_eq!(line.split(',').count(), 3, "{line}");
        }
    }
}
