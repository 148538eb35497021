# Trang đầu.

home-welcome = Xin chào { $name }
home-find = Tìm người lao động
home-find-about = Luôn tìm trước khi ghi nhận người mới, để mỗi người chỉ có một hồ sơ.
home-register = Ghi nhận người mới
home-register-about = Khi đã tìm mà chưa có.
home-requests-about = Đề nghị của đơn vị khác muốn mở hồ sơ do đơn vị anh/chị giữ.
home-statistics-about = Số người đã được ghi nhận.

statistics-title = Số liệu
statistics-total = Số người lao động về nước đã được ghi nhận: { NUMBER($count) }
statistics-note = Đây là số người đã đăng ký trong hệ thống, không phải số người đã về nước. Các bảng số liệu chỉ được công bố qua đợt phát hành.
