//! What a heading says, in Vietnamese or English, with or without diacritics, or both with a stroke between.

use super::{Field, Kind, LEAVE_OUT};
use crate::base::text::fold;

/// What a heading is to us.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Means {
    Field(Field),
    /// Known, and not needed to meet anybody.
    Unneeded,
    /// Status, detention, health and the like: left behind at reading, whoever sent it (practice 22).
    Dropped,
    Unknown,
}

impl Means {
    /// What the column is taken for; nothing where that has to be asked.
    pub fn field(self) -> Option<String> {
        match self {
            Means::Field(field) => Some(field.code().to_owned()),
            Means::Unneeded => Some(LEAVE_OUT.to_owned()),
            Means::Dropped | Means::Unknown => None,
        }
    }
}

/// Words for each field, as [`fold`] leaves them, in Vietnamese and English.
const FIELDS: [(Field, &str); 11] = [
    (
        Field::Name,
        "ho va ten, ho ten, ten, ho ten hanh khach, ten hanh khach, hanh khach, ho chu dem va ten, \
         ho va ten khach, ho ten nguoi lao dong, ho va ten nguoi lao dong, ten day du, full name, name, \
         fullname, passenger, passenger name, name of passenger, pax name, traveller name, traveler name, \
         name in full, complete name",
    ),
    (
        Field::FamilyName,
        "ho, ho dem, ho va dem, ho va ten dem, ho va chu dem, surname, family name, last name, lastname",
    ),
    (
        Field::GivenName,
        "ten goi, ten rieng, ten va dem, given name, given names, first name, firstname, forename, \
         forenames, first and middle name",
    ),
    (Field::Sex, "gioi tinh, gioi, phai, nam nu, sex, gender, m f, sex m f, gender m f"),
    (
        Field::Birth,
        "ngay sinh, nam sinh, sinh ngay, ngay thang nam sinh, ngay thang sinh, ngay nam sinh, sinh nam, \
         nt sinh, ntns, date of birth, dob, birth date, birthdate, birthday, year of birth, yob, born, \
         d o b, birth year",
    ),
    (
        Field::Passport,
        "so ho chieu, ho chieu, so hc, hc so, ho chieu so, shc, passport no, passport number, passport, \
         passport nr, ppt no, pp no, passport num, pptno",
    ),
    (
        Field::TravelPass,
        "giay thong hanh, so giay thong hanh, gth, so gth, travel document, travel document no, \
         travel document number, laissez passer, travel pass",
    ),
    (
        Field::CitizenCard,
        "cccd, so cccd, can cuoc cong dan, so can cuoc, can cuoc, the can cuoc, so dinh danh, \
         ma dinh danh, so dinh danh ca nhan, citizen id, citizen card, national id, national id no, \
         national id number, personal number",
    ),
    (
        Field::Number,
        "so giay to, giay to, so giay to tuy than, cmnd, so cmnd, cccd cmnd, cmnd cccd, cmt, so cmt, \
         cmtnd, document no, document number, document, doc no, id no, id number, id, identity no, \
         travel doc no",
    ),
    (
        Field::Nationality,
        "quoc tich, nationality, citizenship, nat, nuoc cap, noi cap ho chieu, issuing country, \
         country of issue, issuing state",
    ),
    (
        Field::Phone,
        "so dien thoai, dien thoai, sdt, dt, so dt, di dong, so di dong, dien thoai lien he, \
         so dien thoai lien he, phone, phone no, phone number, mobile, mobile phone, mobile no, tel, \
         telephone, contact number, contact no",
    ),
];

/// The same for contracts of workers who left.
const CONTRACT_FIELDS: [(Field, &str); 15] = [
    (
        Field::Province,
        "tinh, tinh thanh, tinh thanh pho, tinh tp, noi cu tru, tinh cu tru, province, home province, \
         province of residence",
    ),
    (
        Field::Address,
        "dia chi, dia chi thuong tru, dia chi lien he, noi o, xa phuong, xa, address, home address, commune",
    ),
    (
        Field::Country,
        "nuoc, nuoc den, nuoc lam viec, nuoc den lam viec, nuoc tiep nhan, quoc gia, quoc gia lam viec, \
         thi truong, country, destination, destination country, country of destination, host country, \
         country of work, receiving country, market",
    ),
    (
        Field::Channel,
        "hinh thuc, hinh thuc di, hinh thuc di lam viec, loai hop dong, channel, contract type, \
         type of contract, form of departure",
    ),
    (
        Field::LeftOn,
        "ngay xuat canh, ngay di, ngay bay, ngay khoi hanh, departure date, date of departure, exit date, left on",
    ),
    (
        Field::ContractStart,
        "ngay bat dau, ngay bat dau hop dong, bat dau hop dong, hop dong tu, hop dong tu ngay, tu ngay, \
         ngay hieu luc, contract start, contract start date, start date, start of contract, contract begin, \
         contract begins, contract from, begin date, from date",
    ),
    (
        Field::ContractEnd,
        "ngay ket thuc, ngay ket thuc hop dong, ket thuc hop dong, hop dong den, hop dong den ngay, den ngay, \
         ngay het han hop dong, het han hop dong, contract end, contract end date, end date, end of contract, \
         contract ends, contract to, contract expiry, to date",
    ),
    (
        Field::Activity,
        "nganh, linh vuc, linh vuc lam viec, nganh kinh te, ma nganh, isic, sector, industry, activity, \
         economic activity",
    ),
    (
        Field::Occupation,
        "nghe, nghe nghiep, cong viec, ten nghe, ma nghe, vi tri cong viec, isco, occupation, job, job title, \
         position",
    ),
    (
        Field::Sender,
        "doanh nghiep, ten doanh nghiep, doanh nghiep phai cu, doanh nghiep dua di, cong ty, cong ty phai cu, \
         don vi dua di, to chuc dua di, enterprise, sending enterprise, company, sending company, agency, \
         sending agency, recruitment agency",
    ),
    (
        Field::Employer,
        "chu su dung lao dong, nguoi su dung lao dong, chu su dung, noi lam viec, employer, employer abroad, \
         foreign employer, name of employer",
    ),
    (
        Field::Education,
        "trinh do, trinh do hoc van, trinh do van hoa, hoc van, education, education level, level of education, \
         highest education",
    ),
    (
        Field::Cost,
        "chi phi, tong chi phi, chi phi di, chi phi nguoi lao dong tra, chi phi nguoi lao dong phai tra, \
         tien da nop, cost, total cost, recruitment cost, cost of going, cost paid, cost paid by worker",
    ),
    (
        Field::Wage,
        "luong, muc luong, tien luong, luong thang, muc luong thang, luong co ban, luong hop dong, wage, \
         monthly wage, basic wage, salary, monthly salary",
    ),
    (Field::Currency, "loai tien, dong tien, don vi tien, don vi tien te, tien te, nguyen te, currency, wage currency"),
];

/// Words for columns that lists have and nobody needs to meet somebody; the last are those of our own sheet of faulty lines.
const UNNEEDED: &str = "stt, so tt, tt, so thu tu, no, nr, seq, index, ordinal, number, ghi chu, chu thich, note, notes, \
    remark, remarks, comment, comments, ghe, so ghe, seat, seat no, seat number, hang ghe, class, pnr, \
    ma dat cho, booking, booking reference, ticket, ticket no, so ve, ve, hanh ly, baggage, luggage, bag, \
    bags, que quan, que, home town, hometown, dia chi, noi o, address, noi sinh, place of birth, nuoc di, \
    noi di, country, from, tu, departure, den, to, destination, chuyen bay, so hieu chuyen bay, flight, \
    flight no, flight number, ngay bay, ngay den, arrival date, flight date, tinh trang hon nhan, \
    marital status, nghe nghiep, occupation, cong ty, company, email, e mail, ngay cap, date of issue, \
    issue date, ngay het han, expiry date, date of expiry, expiry, noi cap, place of issue, tuoi, age, \
    dan toc, nguoi than, lien he, tinh, province, gio den, dong, can sua, line, to mend, hang, row";

/// Words of headings whose columns never leave the file, in whatever place of the heading.
const DROPPED: &str = "tinh trang, tinh trang cu tru, tinh trang phap ly, trang thai, dien cu tru, cu tru, tu cach luu tru, \
    luu tru, bat hop phap, hop phap, qua han, bo tron, truc xuat, tam giu, giam giu, bi giam, trai giam, \
    bi bat, bat giu, tien an, tien su, an tu, an phat, vi pham, ly do ve, ly do tro ve, cuong buc, \
    suc khoe, benh, benh ly, xet nghiem, hiv, aids, covid, tiem chung, vac xin, mang thai, thai san, \
    khuyet tat, tam than, dieu tri, mua ban nguoi, nan nhan, bao luc, status, legality, visa, overstay, \
    overstayed, overstayer, undocumented, irregular, illegal, detention, detained, detainee, deportation, \
    deported, deportee, deport, removal, arrest, arrested, prison, custody, criminal, conviction, \
    offence, health, medical, disease, illness, pregnant, pregnancy, disability, trafficking, trafficked, \
    victim, violence, vaccination, vaccine, vaccinated, diagnosis, test result, blood, nhom mau, \
    ton giao, religion, deportation reason, reason for return";

/// True if the list has this word.
fn lists(words: &str, word: &str) -> bool {
    words.split(", ").any(|known| known == word)
}

/// What the heading means in a list of this kind. One that says two different things is asked about.
pub fn means(kind: Kind, heading: &str) -> Means {
    let whole = fold(heading);
    let mut pieces: Vec<String> =
        heading.split(['/', '(', ')', '\n', '|', ';', '-', ':', '*']).map(fold).filter(|p| !p.is_empty()).collect();
    pieces.insert(0, whole.clone());
    let unneeded = |piece: &str| lists(UNNEEDED, piece);
    let of = |fields: &[(Field, &str)], piece: &str| {
        fields.iter().find(|(_, words)| lists(words, piece)).map(|(field, _)| *field)
    };
    let own = |piece: &str| if kind == Kind::Contracts { of(&CONTRACT_FIELDS, piece) } else { None };
    if let Some(field) = own(&whole) {
        return Means::Field(field);
    }
    if unneeded(&whole) {
        return Means::Unneeded;
    }
    let spaced = format!(" {whole} ");
    if DROPPED.split(", ").any(|word| spaced.contains(&format!(" {word} "))) {
        return Means::Dropped;
    }
    let field = |piece: &str| own(piece).or_else(|| of(&FIELDS, piece));
    if let Some(field) = field(&whole) {
        return Means::Field(field);
    }
    let mut found: Vec<Field> = pieces.iter().filter_map(|piece| field(piece)).collect();
    found.dedup();
    match found.as_slice() {
        [one] => Means::Field(*one),
        [] if pieces.iter().any(|piece| unneeded(piece)) => Means::Unneeded,
        _ => Means::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn means(heading: &str) -> Means {
        super::means(Kind::Manifest, heading)
    }

    #[test]
    fn a_list_of_contracts_has_more_columns() {
        for (heading, field) in [
            ("Họ và tên", Field::Name),
            ("Tỉnh/thành phố", Field::Province),
            ("Nơi cư trú", Field::Province),
            ("Nước làm việc", Field::Country),
            ("Country of destination", Field::Country),
            ("Ngày bắt đầu hợp đồng (dd/mm/yyyy)", Field::ContractStart),
            ("Contract end date", Field::ContractEnd),
            ("Ngành kinh tế / Sector", Field::Activity),
            ("Nghề nghiệp", Field::Occupation),
            ("Doanh nghiệp phái cử", Field::Sender),
            ("Trình độ học vấn", Field::Education),
            ("Mức lương (tháng)", Field::Wage),
            ("Loại tiền", Field::Currency),
        ] {
            assert_eq!(super::means(Kind::Contracts, heading), Means::Field(field), "{heading}");
        }
        for heading in ["Tình trạng cư trú", "Visa status", "Sức khỏe", "Bỏ trốn"] {
            assert_eq!(super::means(Kind::Contracts, heading), Means::Dropped, "{heading}");
        }
        assert_eq!(means("Nghề nghiệp"), Means::Unneeded, "a desk needs it not");
    }

    #[test]
    fn headings_are_known_in_both_languages() {
        for (heading, field) in [
            ("Họ và tên", Field::Name),
            ("HỌ VÀ TÊN / FULL NAME", Field::Name),
            ("Passenger Name", Field::Name),
            ("Ngày sinh (dd/mm/yyyy)", Field::Birth),
            ("D.O.B.", Field::Birth),
            ("Năm sinh", Field::Birth),
            ("Giới tính", Field::Sex),
            ("Sex (M/F)", Field::Sex),
            ("Số hộ chiếu", Field::Passport),
            ("Passport No.", Field::Passport),
            ("Số CCCD", Field::CitizenCard),
            ("CCCD/CMND", Field::Number),
            ("SĐT", Field::Phone),
            ("Quốc tịch", Field::Nationality),
            ("Surname", Field::FamilyName),
            ("Given names", Field::GivenName),
        ] {
            assert_eq!(means(heading), Means::Field(field), "{heading}");
        }
        for heading in ["STT", "Ghi chú", "Seat", "Số ghế", "Quê quán", "Nước đi", "Marital status"] {
            assert_eq!(means(heading), Means::Unneeded, "{heading}");
        }
        for heading in ["", "Mã nội bộ", "Cột 7", "X"] {
            assert_eq!(means(heading), Means::Unknown, "{heading}");
        }
    }

    #[test]
    fn what_the_counter_must_not_know_is_dropped() {
        for heading in [
            "Tình trạng cư trú",
            "Status",
            "Visa status",
            "Bị giam giữ từ",
            "Detention centre",
            "Lý do trục xuất",
            "Tình trạng sức khỏe",
            "HIV",
            "Health remarks",
            "Deported (Y/N)",
            "Nạn nhân mua bán người",
        ] {
            assert_eq!(means(heading), Means::Dropped, "{heading}");
        }
    }
}
