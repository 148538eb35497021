# Nhiều hồ sơ cùng lúc: giao cho một người, chuyển cho một đơn vị.

bulk-title = Nhiều hồ sơ cùng lúc
bulk-about = Đánh dấu các hồ sơ ở trên, chọn người hoặc đơn vị, rồi xem trước.
bulk-tick = Chọn { $name }
bulk-tick-all = Chọn tất cả
bulk-past = Các lần đã làm
bulk-person = Giao cho
bulk-office = Chuyển cho đơn vị
bulk-look-assign = Xem trước việc giao
bulk-look-offer = Xem trước việc chuyển
bulk-look-again = Xem lại
bulk-assign-title = Giao nhiều hồ sơ
bulk-offer-title = Chuyển nhiều hồ sơ
bulk-assign-about = { $count } hồ sơ dưới đây sẽ do người này phụ trách. Bỏ dấu hồ sơ nào không giao.
bulk-offer-about = Chỉ đánh dấu người nào đã tự chọn đơn vị này. Người chưa chọn thì chưa chuyển.
bulk-chosen = đã tự chọn đơn vị này
bulk-assign-them = Giao các hồ sơ đã đánh dấu
bulk-offer-them = Chuyển các hồ sơ đã đánh dấu
bulk-left = Không làm cùng lúc được
bulk-left-same = đang do chính người này phụ trách
bulk-left-not-named = người này không được mở hồ sơ ấy
bulk-left-protected = đang được bảo vệ, phải chuyển riêng cho một người có tên
bulk-left-refused = người trở về không muốn đơn vị này
bulk-left-offered = đang chờ một đơn vị trả lời
bulk-done = Đã làm xong với tất cả hồ sơ dưới đây.
bulk-undo = Làm lại như trước
bulk-undo-assign = Hồ sơ nào vẫn do người này phụ trách thì trả về cho người phụ trách trước.
bulk-undo-offer = Hồ sơ nào chưa được trả lời thì rút lại.
bulk-undone = Đã làm lại như trước.
bulk-undone-at = Đã làm lại như trước lúc
bulk-is-undone = Đã làm lại như trước

error-bulk-none = Đánh dấu ít nhất một hồ sơ.
error-bulk-many = Mỗi lần nhiều nhất { $most } hồ sơ.
error-bulk-changed = Có hồ sơ vừa thay đổi hoặc không còn ở đơn vị. Chưa làm gì cả: xin xem lại danh sách.
error-bulk-undo = Không làm lại được nữa: đã làm lại rồi hoặc đã quá hạn.
