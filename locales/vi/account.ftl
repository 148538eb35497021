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
sign-in-badge = Thẻ
sign-in-badge-hint = Quét thẻ, hoặc gõ 20 chữ số trên thẻ.
sign-in-pin = Mã PIN
sign-in-by-password = Đăng nhập bằng thư điện tử và mật khẩu
sign-in-badge-wrong = Thẻ hoặc mã PIN chưa đúng.
sign-in-badge-wait = Thẻ này không dùng được lúc này vì đã nhập sai mã PIN nhiều lần. Anh/chị hãy đăng nhập bằng mật khẩu, rồi làm thẻ mới.
badge-title = Thẻ và mã PIN của tôi
badge-about = Trên máy dùng chung của cơ quan, anh/chị quét thẻ và gõ mã PIN thay cho mật khẩu. Ở máy khác thẻ không mở được gì.
badge-since = Anh/chị có thẻ từ
badge-again = Làm thẻ mới thì thẻ cũ hết dùng được.
badge-drop = Mất thẻ: hủy thẻ
badge-dropped = Đã hủy thẻ.
badge-pin = Mã PIN mới
badge-pin-hint = 6 chữ số, không phải một dãy dễ đoán như 123456.
badge-pin-again = Gõ lại mã PIN
badge-password = Mật khẩu của anh/chị
badge-make = Làm thẻ
badge-made = Thẻ mới đã dùng được. Hãy in ngay: mã chỉ hiện lần này.
badge-made-about = Cắt theo khung và bỏ vào bao thẻ. Đừng viết mã PIN lên thẻ. Mất thẻ thì hủy ở trang này.
badge-ready = Đã in xong
error-pin = Mã PIN gồm đúng 6 chữ số.
error-pin-easy = Mã PIN này dễ đoán. Hãy chọn mã khác.
error-pin-again = Hai lần gõ mã PIN chưa giống nhau.
error-own-password = Mật khẩu chưa đúng.
computer-title = Máy dùng chung
computer-about = Trên máy đã đăng ký, cán bộ của cơ quan đổi người bằng thẻ và mã PIN; màn hình tự khóa sau vài phút không ai dùng.
computer-end = Thôi dùng chung
computer-ended = Máy không còn là máy dùng chung.
computer-is-one = Máy này đã được đăng ký.
computer-this = Đăng ký máy đang dùng
computer-name = Tên máy
computer-name-hint = Ví dụ: Quầy A1, máy 2. Tên hiện trên trang đăng nhập của máy.
computer-register = Đăng ký máy này
computer-registered = Đã đăng ký máy này. Từ lần đăng nhập sau, thẻ dùng được ở đây.
error-computer-name = Cơ quan đã có máy mang tên này.
error-computer-many = Cơ quan đã có quá nhiều máy. Hãy bỏ những máy không còn dùng.
badge-code = Mã của thẻ
training-title = Tập với người bịa ra
training-about = Chọn nơi và vai. Làm gì ở đây cũng không ảnh hưởng đến ai, không thư hay tin nhắn nào được gửi đi.
training-choose = Chọn vai để tập
