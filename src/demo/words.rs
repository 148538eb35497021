//! Sentences that made-up officers write: short, neutral, about nobody.

pub const OFFERS: [&str; 4] = [
    "Đã hẹn người lao động gọi lại trong tuần này.",
    "Người lao động muốn làm việc với trung tâm ở quê.",
    "Cần tư vấn việc làm và học nghề ngắn hạn.",
    "Đã đưa phiếu hẹn, giấy tờ bản chụp do người lao động giữ.",
];

pub const DECLINED: [&str; 3] = [
    "Địa bàn không thuộc trung tâm, đề nghị chuyển nơi khác.",
    "Người lao động báo đã chuyển vào miền Nam.",
    "Tạm hết cán bộ tư vấn, xin hẹn tháng sau.",
];

pub const NOTES: [&str; 12] = [
    "Đã gọi điện, hẹn gặp tuần sau.",
    "Đã gặp tại trung tâm, trao đổi khoảng 40 phút.",
    "Muốn tìm việc gần nhà, làm giờ hành chính.",
    "Đã giới thiệu ba chỗ tuyển dụng trong tỉnh.",
    "Đang cân nhắc học lái xe nâng.",
    "Gia đình ủng hộ kế hoạch mở xưởng may nhỏ.",
    "Chưa liên lạc được, sẽ gọi lại vào buổi tối.",
    "Đã đăng ký lớp khai giảng đầu tháng tới.",
    "Cần thêm thời gian nghỉ ngơi trước khi đi làm.",
    "Đã hướng dẫn thủ tục hưởng chế độ, giấy tờ còn thiếu.",
    "Hài lòng với công việc mới, hẹn hỏi thăm sau ba tháng.",
    "Đã gửi danh sách việc làm qua tin nhắn.",
];

pub const NOTES_BACK: [&str; 4] = [
    "Đã học xong, được cấp chứng chỉ.",
    "Đã dự đủ các buổi hẹn.",
    "Đã nộp hồ sơ, chờ kết quả.",
    "Đã nhận việc thử hai tháng.",
];

pub const REOPENED: [&str; 3] = [
    "Người lao động quay lại, muốn tiếp tục học nghề.",
    "Hẹn hỏi thăm cho thấy vẫn cần tư vấn thêm.",
    "Công việc mới đã kết thúc, cần tìm việc khác.",
];

pub const WOULD_HAVE_STAYED: [&str; 4] = [
    "Nếu có việc gần nhà với lương khá hơn.",
    "Nếu được vay vốn sớm hơn.",
    "Nếu lớp học có buổi tối.",
    "Không muốn nói.",
];

/// What is to be done next, by whoever must act.
pub fn steps(by: &str) -> &'static [&'static str] {
    match by {
        "me" => &[
            "Gọi hỏi thăm",
            "Hẹn gặp để đánh giá nhu cầu",
            "Lập kế hoạch cùng người lao động",
            "Gửi danh sách việc làm",
        ],
        "returnee" => &["Bổ sung giấy tờ", "Chọn lớp học", "Báo ngày có thể đến gặp"],
        "provider" => &["Trường báo lịch khai giảng", "Doanh nghiệp trả lời phỏng vấn"],
        _ => &["Chờ xã xác nhận nơi ở", "Chờ trả lời về chế độ"],
    }
}

/// A kind of service, or for some the one that is beside it.
pub fn kind(drawn: &'static str, beside: bool) -> &'static str {
    match drawn {
        "skills" if beside => "vocational-training",
        "counselling" if beside => "financial-literacy",
        "claim" if beside => "legal-aid",
        "psychosocial" if beside => "family-counselling",
        same => same,
    }
}

/// What it costs, in đồng, where that is known.
pub fn cost(kind: &str) -> Option<i64> {
    match kind {
        "skills" => Some(1_500_000),
        "vocational-training" => Some(6_000_000),
        "financial-literacy" => Some(0),
        _ => None,
    }
}

/// What a returnee wants to reach, by its dimension.
pub fn goal(dimension: &str, nth: usize) -> &'static str {
    let all: &[&str] = match dimension {
        "economic" => &[
            "Có việc gần nhà, lương đủ nuôi hai con",
            "Dùng được nghề hàn đã làm ở bên đó",
            "Mở một tiệm may nhỏ ở xã",
        ],
        "social" => &["Lấy lại được khoản tiền ký quỹ", "Làm xong giấy tờ cho con"],
        _ => &["Muốn ngủ ngon hơn", "Gia đình nói chuyện với nhau được"],
    };
    all[nth % all.len()]
}

/// What is done, by the kind of help. Nothing is written of what is private.
pub fn what(kind: &str) -> &'static str {
    match kind {
        "skills" => "Đánh giá và cấp chứng chỉ kỹ năng nghề",
        "vocational-training" => "Học nghề ngắn hạn ba tháng",
        "counselling" => "Giới thiệu việc làm, hẹn gặp hai doanh nghiệp",
        "financial-literacy" => "Dự hai buổi quản lý tiền",
        "claim" => "Nộp hồ sơ đòi tiền lương còn thiếu",
        "legal-aid" => "Gặp trợ giúp viên pháp lý",
        _ => "Lập phương án và nộp hồ sơ",
    }
}

/// Who gives a service of this kind, by made-up names.
pub fn providers(kind: &str) -> &'static [&'static str] {
    match kind {
        "skills" => &["Trường nghề Minh Họa", "Trung tâm dạy nghề Ví Dụ"],
        "claim" => &["Tổ trợ giúp pháp lý Minh Họa"],
        _ => &["Phòng tư vấn việc làm của trung tâm", "Sàn việc làm Ví Dụ"],
    }
}

/// What came of a case, by why it was closed.
pub fn outcome(reason: &str) -> &'static str {
    match reason {
        "goals-met" => "Đã có việc làm ổn định gần nhà.",
        "duration-ended" => "Hết thời gian hỗ trợ, đã có kế hoạch tự theo.",
        "service-ended" => "Đã nhận thông tin cần thiết và tự liên hệ.",
        "declined" => "Người lao động không muốn hỗ trợ thêm.",
        "access-barrier" => "Đi lại quá xa, không theo được các buổi hẹn.",
        "left-area" => "Đã chuyển đi tỉnh khác, đã đưa địa chỉ nơi hỗ trợ gần nhất.",
        "remigrated" => "Đã đi làm việc lần nữa, đã nhắc quyền và số gọi khẩn.",
        "not-eligible" => "Không thuộc diện của chương trình, đã chỉ nơi khác.",
        "unsuitable" => "Hỗ trợ hiện có không hợp, đã giới thiệu nơi khác.",
        "stigma-harm" => "Ngừng theo ý người lao động để giữ yên ổn.",
        "safety-staff" => "Ngừng gặp tại nhà, vẫn nhận điện thoại.",
        "deceased" => "Gia đình báo tin, hồ sơ dừng lại.",
        "stayed-abroad" => "Quyết định ở lại, đã đưa số liên hệ của Ban Quản lý lao động.",
        "duplicate" => "Đã có hồ sơ ở nơi khác.",
        _ => "Đã kết thúc.",
    }
}
