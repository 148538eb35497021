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
users-about = Tài khoản mới được thêm bằng lệnh trove user add trên máy chủ.
users-name = Họ và tên
users-roles = Vai trò
users-ended = Đã ngừng
role-attache = Tùy viên lao động
role-desk = Cán bộ bàn hỗ trợ
role-counsellor = Tư vấn viên
role-supervisor = Người phụ trách
role-analyst = Cán bộ phân tích số liệu
role-publisher = Cán bộ phát hành số liệu
role-administrator = Quản trị tài khoản
