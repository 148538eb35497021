# Trang đầu.

home-welcome = Xin chào { $name }
home-cases = Hồ sơ của tôi
home-cases-about = Việc cần làm hôm nay, và mở hồ sơ theo mã trên phiếu.
home-intake = Tiếp nhận người về nước
home-intake-about = Quét giấy tờ, ghi nhận lần về, sàng lọc, đưa phiếu.
home-slips = Phiếu in sẵn
home-slips-about = In phiếu có mã để ở bàn.
home-contacts = Số liệu không ghi tên
home-contacts-about = Đếm người hỏi thông tin và các buổi gặp.
home-find = Tìm người lao động
home-find-about = Luôn tìm trước khi ghi nhận người mới, để mỗi người chỉ có một hồ sơ.
home-register = Ghi nhận người mới
home-register-about = Khi đã tìm mà chưa có.
home-requests-about = Đề nghị của đơn vị khác muốn mở hồ sơ do đơn vị anh/chị giữ.
home-openings-about = Việc mở hồ sơ của đơn vị khác khi cần gấp, chờ anh/chị xem lại.
home-statistics-about = Số người đã được ghi nhận.

home-users-about = Các tài khoản của đơn vị anh/chị.
home-lists-about = Các danh mục hệ thống đang dùng, nguồn và ngày của từng danh mục.

lists-title = Danh mục
lists-about = Tên do dự án dịch chưa được cơ quan nào thẩm định.
lists-list = Danh mục
lists-count = Số mục
lists-source = Nguồn
lists-as-of = Tính đến ngày
lists-ours = Số tên do dự án dịch
list-countries = Nước và vùng lãnh thổ
list-provinces = Tỉnh, thành phố
list-communes = Xã, phường, đặc khu
list-occupations = Nghề nghiệp (ISCO-08)
list-activities = Ngành kinh tế (ISIC Rev. 4)
list-ethnic-groups = Dân tộc
list-education-levels = Trình độ học vấn (ISCED 2011)
list-languages = Ngôn ngữ
list-skill-grades = Chứng chỉ, khung trình độ (ngoại ngữ, tay nghề)
home-contracts-about = Dữ liệu người đi làm việc theo hợp đồng: nạp, kiểm tra, nối với hồ sơ
home-computers-about = Đăng ký máy ở quầy để cán bộ đổi người bằng thẻ
home-badge-about = Đăng nhập nhanh trên máy dùng chung
home-training = Tập với người bịa ra
home-training-about = Bản riêng, không có người thật; làm sai cũng không sao
home-courses-about = Các lớp tập huấn đã dự và thời hạn
home-work-about = Nơi tuyển dụng và việc họ cần người, khóa học, phiên giao dịch. Không có hồ sơ của ai.
