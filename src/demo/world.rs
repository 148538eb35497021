//! The offices of the made-up world and who works in them.

use crate::access::OrganisationKind::{self, *};
use crate::access::Role;

/// An office. Places are real, names of offices follow real ones, people in them are made up.
pub struct Office {
    pub kind: OrganisationKind,
    pub name: &'static str,
    pub province: Option<&'static str>,
    pub country: Option<&'static str>,
    /// For slips. Numbers that nobody has: they end in zeros and the office's place in this list.
    pub phone: &'static str,
    pub hours: &'static str,
    pub staff: &'static [Member],
}

/// Somebody who works there.
pub struct Member {
    /// What stands before the `@` of their address.
    pub account: &'static str,
    pub name: &'static str,
    pub role: Role,
}

const fn member(account: &'static str, name: &'static str, role: Role) -> Member {
    Member { account, name, role }
}

const OFFICE_HOURS: &str = "7:30–11:30, 13:30–17:00, thứ Hai đến thứ Sáu";
const DAY_AND_NIGHT: &str = "suốt ngày đêm";

const fn abroad(name: &'static str, country: &'static str, phone: &'static str, staff: &'static [Member]) -> Office {
    let hours = "9:00–12:00, 13:30–17:30, thứ Hai đến thứ Sáu";
    Office { kind: Mission, name, province: None, country: Some(country), phone, hours, staff }
}

const fn at_home(
    kind: OrganisationKind,
    name: &'static str,
    province: &'static str,
    phone: &'static str,
    staff: &'static [Member],
) -> Office {
    let hours = if matches!(kind, Airport) { DAY_AND_NIGHT } else { OFFICE_HOURS };
    Office { kind, name, province: Some(province), country: None, phone, hours, staff }
}

/// The office where this account is.
pub fn office_of(account: &str) -> Option<&'static Office> {
    OFFICES.iter().find(|office| office.staff.iter().any(|member| member.account == account))
}

/// The desks and the gate where people are expected, by an account there.
pub const GATES: [(&str, u32); 3] = [("desk.noibai", 60), ("desk.tansonnhat", 32), ("desk.laobao", 8)];

/// The last account made; where it is, the world is whole.
pub const LAST: &str = "administrator.dolab";

pub const OFFICES: [Office; 15] = [
    abroad(
        "Ban Quản lý lao động, Đại sứ quán Việt Nam tại Seoul",
        "KR",
        "+82 2 000 0001",
        &[
            member("attache.seoul", "Trần Minh Khuê", Role::Attache),
            member("supervisor.seoul", "Đỗ Thị Hải Vân", Role::Supervisor),
        ],
    ),
    abroad(
        "Ban Quản lý lao động, Đại sứ quán Việt Nam tại Tokyo",
        "JP",
        "+81 3 000 0002",
        &[
            member("attache.tokyo", "Lê Hoàng Anh Thư", Role::Attache),
            member("supervisor.tokyo", "Phạm Đình Khôi", Role::Supervisor),
        ],
    ),
    abroad(
        "Ban Quản lý lao động, Văn phòng Kinh tế - Văn hóa Việt Nam tại Đài Bắc",
        "TW",
        "+886 2 000 0003",
        &[
            member("attache.taipei", "Nguyễn Bá Tùng Lâm", Role::Attache),
            member("supervisor.taipei", "Vũ Thị Hạnh Nguyên", Role::Supervisor),
        ],
    ),
    at_home(
        Airport,
        "Bàn hỗ trợ lao động, Cảng hàng không quốc tế Nội Bài",
        "01",
        "024 000 0004",
        &[
            member("desk.noibai", "Ngô Quang Đăng", Role::Desk),
            member("supervisor.noibai", "Bùi Thị Thanh Trà", Role::Supervisor),
        ],
    ),
    at_home(
        Airport,
        "Bàn hỗ trợ lao động, Cảng hàng không quốc tế Tân Sơn Nhất",
        "79",
        "028 000 0005",
        &[
            member("desk.tansonnhat", "Huỳnh Ngọc Diễm", Role::Desk),
            member("supervisor.tansonnhat", "Võ Trọng Nhân", Role::Supervisor),
        ],
    ),
    at_home(
        Border,
        "Bàn hỗ trợ lao động, Cửa khẩu quốc tế Lao Bảo",
        "44",
        "0233 000 0006",
        &[
            member("desk.laobao", "Hồ Văn Trực", Role::Desk),
            member("supervisor.laobao", "Lê Thị Ái Nhi", Role::Supervisor),
        ],
    ),
    at_home(
        Esc,
        "Trung tâm Dịch vụ việc làm Nghệ An",
        "40",
        "0238 000 0007",
        &[
            member("counsellor.nghean", "Phan Thị Cẩm Tú", Role::Counsellor),
            member("counsellor2.nghean", "Cao Xuân Hoạch", Role::Counsellor),
            member("supervisor.nghean", "Đậu Thị Minh Tâm", Role::Supervisor),
        ],
    ),
    at_home(
        Esc,
        "Trung tâm Dịch vụ việc làm Hà Tĩnh",
        "42",
        "0239 000 0008",
        &[
            member("counsellor.hatinh", "Nguyễn Thị Lệ Quyên", Role::Counsellor),
            member("supervisor.hatinh", "Trần Hữu Khang", Role::Supervisor),
        ],
    ),
    at_home(
        Esc,
        "Trung tâm Dịch vụ việc làm Hải Phòng, cơ sở Hải Dương",
        "31",
        "0220 000 0009",
        &[
            member("counsellor.haiphong", "Đoàn Thị Ngân Hà", Role::Counsellor),
            member("supervisor.haiphong", "Phạm Gia Tường", Role::Supervisor),
        ],
    ),
    at_home(
        Esc,
        "Trung tâm Dịch vụ việc làm Thanh Hóa",
        "38",
        "0237 000 0010",
        &[
            member("counsellor.thanhhoa", "Trịnh Thị Bảo Yến", Role::Counsellor),
            member("supervisor.thanhhoa", "Lê Sỹ Hoàng", Role::Supervisor),
        ],
    ),
    at_home(
        Province,
        "Sở Nội vụ Nghệ An",
        "40",
        "0238 000 0011",
        &[
            member("supervisor.sonoivu", "Hoàng Thị Diệp Anh", Role::Supervisor),
            member("analyst.sonoivu", "Nguyễn Cảnh Đạt", Role::Analyst),
        ],
    ),
    at_home(
        Provider,
        "Phòng Tham vấn tâm lý Bến Bình Yên",
        "40",
        "0238 000 0012",
        &[
            member("counsellor.binhyen", "Tô Thị Hoài Thương", Role::Counsellor),
            member("letters.binhyen", "Bùi Thị Lan Chi", Role::Provider),
        ],
    ),
    // Nobody signs in for it: every role that opens anything is an officer's.
    at_home(Sender, "Công ty Phái cử Lao động Không Có Thật", "01", "024 000 0013", &[]),
    at_home(
        Union,
        "Công đoàn Ví Dụ tỉnh Nghệ An",
        "40",
        "0238 000 0014",
        &[member("partner.congdoan", "Lương Thị Tường Vi", Role::Partner)],
    ),
    at_home(
        Dolab,
        "Cục Quản lý lao động ngoài nước",
        "01",
        "024 000 0015",
        &[
            member("analyst.dolab", "Vương Đức Thiện", Role::Analyst),
            member("publisher.dolab", "Đặng Thị Thùy Chi", Role::Publisher),
            member("supervisor.dolab", "Mai Thị Vĩnh Hòa", Role::Supervisor),
            member(LAST, "Lưu Quốc Bảo", Role::Administrator),
        ],
    ),
];
