# Tin tự động: gửi người lao động, nhắc việc cho cán bộ, hộp thư đi.

# Chỉ có tên đơn vị, số điện thoại và ngày. Không bao giờ nói về việc gì.
message-subject = Tin nhắn của { $office }
message-reminder = { $office } xin nhắc: anh/chị có hẹn ngày { $on }. Cần hỏi hoặc đổi hẹn, xin gọi { $phone }.
message-reminder-no-phone = { $office } xin nhắc: anh/chị có hẹn ngày { $on }.
message-accepted = Từ ngày { $on }, { $office } sẽ liên hệ với anh/chị. Cần hỏi gì, xin gọi { $phone }.
message-accepted-no-phone = Từ ngày { $on }, { $office } sẽ liên hệ với anh/chị.

message-of-reminder = nhắc hẹn
message-of-accepted = báo đơn vị mới
message-way-sms = Hệ thống nhắn tin
message-way-mail = Hệ thống gửi thư điện tử
message-way-call = Cần gọi điện
message-way-none = Không gửi nữa
happened-case-message = { $way }: { $of }

mail-digest-subject = Việc hôm nay trên Trở Về
mail-digest = Kính gửi anh/chị,

    Hôm nay anh/chị có:

    Gọi ngay: { NUMBER($calls) }
    Đến hạn hôm nay: { NUMBER($today) }
    Quá hạn: { NUMBER($overdue) }

    { $address }

    Thư này được gửi tự động.

outbox-title = Hộp thư đi
outbox-about = Thư và tin nhắn của hệ thống, mới nhất trước. Chưa có máy chủ gửi thì mỗi thư là một tệp trong thư mục var/outbox và đọc được ở đây.
outbox-about-sent = Kênh đã có máy chủ gửi thì ở đây chỉ có tình trạng.
outbox-link = Thư và tin nhắn đã gửi, đang chờ
outbox-none = Chưa có thư hay tin nhắn nào.
outbox-when = Lúc
outbox-channel = Kênh
outbox-to = Gửi đến
outbox-subject = Tiêu đề
outbox-state = Tình trạng
outbox-body = Nội dung
outbox-channel-mail = Thư điện tử
outbox-channel-sms = Tin nhắn
outbox-state-waiting = Đang chờ
outbox-state-sent = Đã gửi
outbox-state-tried = Đã thử { $times } lần, thử lại lúc { $at }
outbox-state-given-up = Đã thử { $times } lần, không thử nữa
outbox-state-refused = Không gửi được
outbox-older = Cũ hơn
