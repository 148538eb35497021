# Lịch trực, việc khẩn cấp, trang ca trực.

page-shift = Ca trực

duty-title = Lịch trực
duty-about = Việc khẩn cấp phải có người nhận trong giờ, kể cả ban đêm và ngày lễ. Giờ nào không có ai trực thì giờ đó không ai nghe máy.
duty-gaps = Giờ chưa có ai trực
duty-none = Chưa có ca trực nào trong những ngày này.
duty-add = Thêm ca trực
duty-person = Người trực
duty-phone = Số điện thoại trực
duty-phone-hint = Để trống nếu dùng số như lần trước.
duty-place = Thứ tự gọi
duty-place-hint = Số thứ nhất được gọi trước.
duty-place-1 = Thứ nhất
duty-place-2 = Thứ hai
duty-place-3 = Thứ ba
duty-on = Ngày bắt đầu
duty-from = Từ giờ
duty-time-hint = Ví dụ: 6:00 hoặc 22h30
duty-until-hour = Đến giờ
duty-until-hint = Sớm hơn giờ bắt đầu thì là hôm sau
duty-days = Số ngày liền nhau
duty-days-hint = Từ 1 đến 31
duty-keep = Lưu ca trực
duty-kept = Đã lưu ca trực.
duty-remove = Bỏ ca này
duty-removed = Đã bỏ ca trực.
duty-numbers = Gọi người trực
duty-immediate = Việc khẩn cấp
duty-raised = Ghi nhận lúc
duty-since = từ
duty-open-until = Việc này còn mở cho đến khi có người nhận. Ai nhận sẽ phụ trách hồ sơ.
duty-call-now = Gọi ngay số này
duty-until = trực đến
duty-tried-at = không nghe máy lúc
duty-they-take-over = Người này nhận việc
duty-no-answer = Không nghe máy, số tiếp theo
duty-tried = Đã ghi: không nghe máy. Xin gọi số tiếp theo.
duty-no-number = Không có ai trong lịch trực và đơn vị chưa có số điện thoại. Xin báo ngay cho lãnh đạo đơn vị.
duty-all-numbers = Tất cả các số, theo thứ tự gọi
duty-taken-over = Đã có người nhận, không còn việc khẩn cấp nào chờ ở hồ sơ này.
duty-to-slip = Phiếu hẹn

error-duty-number = Số này không còn trong lịch trực. Xin gọi số đang hiện trên trang.
error-duty-taker = Người này không trực lúc này. Nếu chính anh/chị nhận, bấm «Tôi nhận việc này».
error-duty-day = Ca trực phải chưa kết thúc và không quá ba tháng tới.
error-duty-time = Ghi giờ như 6:00 hoặc 22h30.
error-duty-days = Ghi một số từ 1 đến 31.
error-duty-twice = Người này đã có ca trực trùng giờ.
error-duty-many = Đơn vị đã có quá nhiều ca trực phía trước. Xin ghi ít ngày hơn.

happened-case-alarm-silent = Việc khẩn cấp chưa có ai nhận, đã báo lên trên

shift-title = Ca trực
shift-immediates = Khẩn cấp, chưa ai nhận
shift-no-immediates = Không có việc khẩn cấp nào đang chờ.
shift-above = Ở đơn vị khác: khẩn cấp, chưa ai nhận
shift-above-about = Đã quá giờ mà đơn vị đó chưa nhận. Xin gọi ngay cho đơn vị đó.
shift-needs = { $count } việc
shift-alone = Hồ sơ được bảo vệ chưa có người thay
shift-alone-about = Nhắc những người dưới đây chọn thêm một người, trên trang của người được bảo vệ. Tên người được bảo vệ không hiện ở đây.
shift-alone-people = { NUMBER($count) } người
shift-on-duty = Đang trực
shift-nobody = Không có ai trực lúc này.
shift-fill = Ghi người trực ngay
shift-ask = Xin báo ngay cho lãnh đạo đơn vị.
shift-gap = Trong 24 giờ tới chưa có ai trực:
shift-flights = Chuyến bay hôm nay và ngày mai
shift-waiting = Chờ đơn vị mình trả lời
shift-hand-overs = { $count } đề nghị chuyển hồ sơ
shift-drafts = Tôi đang làm dở

mail-alarm-subject = Việc khẩn cấp chờ người nhận trên Trở Về
mail-alarm = Kính gửi anh/chị,

    Có một việc khẩn cấp chưa có ai nhận. Xin mở trang ca trực và gọi ngay:

    { $address }

    Thư này được gửi tự động.
mail-duty-subject = Lịch trực trên Trở Về còn giờ trống
mail-duty = Kính gửi anh/chị,

    Trong 24 giờ tới có giờ chưa có ai trực ở đơn vị của anh/chị. Xin ghi người trực:

    { $address }

    Thư này được gửi tự động.

leave-title = Nghỉ và làm thay
leave-about = Trong những ngày này, hồ sơ của người nghỉ nằm trong danh sách của người làm thay.
leave-none = Không có ai nghỉ.
leave-add = Ghi ngày nghỉ
leave-person = Người nghỉ
leave-cover = Người làm thay
leave-from = Từ ngày
leave-until = Đến hết ngày
leave-keep = Lưu ngày nghỉ
leave-kept = Đã lưu ngày nghỉ.
leave-remove = Bỏ
leave-removed = Đã bỏ ngày nghỉ.
leave-line = { $name } nghỉ từ { $from } đến hết { $until }; { $cover } làm thay
leave-uncovered = { $count } hồ sơ cần được giữ riêng mà người làm thay không được mở. Xin giao các hồ sơ đó cho người có tên, hoặc thêm tên người làm thay.
leave-away = Nghỉ đến hết { $date }, { $name } làm thay
error-leave-same = Người làm thay phải là người khác.
error-leave-order = Ngày cuối không trước ngày đầu và không quá một năm.
error-leave-past = Ngày cuối đã qua.
error-leave-twice = Người này đã có ngày nghỉ trùng.
error-leave-cover = Người làm thay cũng nghỉ trong những ngày này.
error-duty-away = Người này nghỉ trong những ngày này.
shift-typed = Đang nhập khi màn hình khóa
shift-typed-leave = Bỏ
