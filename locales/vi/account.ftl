# Đăng nhập và lời mời.

sign-in-title = Đăng nhập
sign-in = Đăng nhập
sign-in-email = Thư điện tử
sign-in-password = Mật khẩu
sign-in-wrong = Thư điện tử hoặc mật khẩu chưa đúng.
sign-in-wait = Đã có quá nhiều lần đăng nhập không thành công. Anh/chị hãy thử lại sau ít phút, hoặc đăng nhập trên máy anh/chị vẫn dùng.

invitation-title = Chọn mật khẩu
invitation-for = Lời mời dành cho { $name } ({ $email }).
invitation-password = Mật khẩu mới
invitation-password-hint = Ít nhất 12 ký tự. Một câu dài dễ nhớ an toàn hơn một từ ngắn có nhiều ký hiệu.
invitation-again = Nhập lại mật khẩu
invitation-take = Lưu mật khẩu
invitation-taken = Đã lưu mật khẩu. Anh/chị có thể đăng nhập.

mail-invitation-subject = Lời mời sử dụng Trở Về
mail-invitation = Kính gửi anh/chị,

    Anh/chị được mời sử dụng hệ thống Trở Về. Mời anh/chị chọn mật khẩu tại địa chỉ sau, trong vòng { $hours } giờ:

    { $address }

    Địa chỉ này chỉ dùng được một lần. Nếu anh/chị không biết về lời mời này, xin bỏ qua thư.

users-title = Tài khoản
users-about = Người mới nhận thư mời và tự chọn mật khẩu. Khóa thì không ai vào được ngay lập tức, cho đến lần mời sau. Ngừng là ngừng hẳn, và chỉ khi tài khoản không còn giữ việc gì.
users-name = Họ và tên
users-roles = Vai trò
users-acts = Việc có thể làm
users-ended = Đã ngừng
users-without-password = Chưa có mật khẩu
account-invite = Gửi thư mời mới
account-lock = Khóa ngay
account-end = Ngừng hẳn
account-end-about = Tài khoản đã ngừng không dùng lại được.
account-end-now = Ngừng tài khoản này
account-add = Thêm một tài khoản
account-add-submit = Thêm và gửi thư mời
account-email-hint = Địa chỉ thư công vụ của riêng người đó
account-roles-hint = Người quản trị tài khoản không xem được người lao động.
account-language = Ngôn ngữ của thư mời và các trang
account-added = Đã thêm tài khoản và gửi thư mời.
account-invited = Đã gửi thư mời mới. Thư mời trước không dùng được nữa.
account-locked = Đã khóa. Muốn dùng lại, xin gửi thư mời mới.
account-ended = Tài khoản đã ngừng.
account-tie-case = { $count } hồ sơ đang phụ trách
account-tie-task = { $count } việc hỏi xã đang theo dõi
account-tie-offer = { $count } đề nghị gửi đích danh chờ trả lời
account-tie-protection = { $count } người được bảo vệ mà không còn ai khác được nêu tên
account-tie-cover = { $count } lần trực thay người nghỉ
account-tie-shift = { $count } ca trực
role-attache = Tùy viên lao động
role-desk = Cán bộ bàn hỗ trợ
role-counsellor = Tư vấn viên
role-supervisor = Người phụ trách
role-analyst = Cán bộ phân tích số liệu
role-publisher = Cán bộ phát hành số liệu
role-administrator = Quản trị tài khoản
