# Người lao động: tìm, ghi nhận, xem, sửa.

people-recent = Hồ sơ mới nhất của đơn vị
people-none = Đơn vị chưa có hồ sơ nào.
people-since = Từ lúc

search-title = Tìm người
search-name = Họ và tên
search-name-hint = Có dấu hay không dấu, thứ tự nào cũng được
search-birth-hint = Chỉ cần năm nếu không biết ngày, tháng
search-number = Số giấy tờ, số điện thoại hoặc mã hồ sơ
search-number-hint = Căn cước, hộ chiếu, giấy thông hành …
search-find = Tìm
search-again = Tìm lại
search-results = Kết quả tìm
search-count = { $count ->
    [0] Không tìm thấy ai.
   *[other] Tìm thấy { NUMBER($count) } người.
}
search-more = Còn nhiều người khác. Xin nhập thêm ngày sinh hoặc số giấy tờ.
search-not-among = Không có người cần tìm?
search-register = Ghi nhận người mới

found-born = sinh { $date }
found-by-number = Trùng số
found-elsewhere = Hồ sơ do đơn vị khác giữ.
found-ask = Đề nghị được mở hồ sơ

person-title = Hồ sơ
person-code = Mã hồ sơ
person-new = Ghi nhận người mới
person-edit = Sửa thông tin
person-register = Ghi nhận
person-save = Lưu
person-registered = Đã ghi nhận.
person-changed = Đã lưu.
person-known = Có thể người này đã có hồ sơ
person-known-about = Xin xem những người dưới đây trước khi ghi nhận. Chưa có gì được lưu.
person-none-of-these = Không phải những người này, vẫn ghi nhận người mới
person-same = Số giấy tờ này cũng có ở một hồ sơ khác. Hai hồ sơ có thể là của cùng một người:
person-same-perhaps = Có một hồ sơ khác có thể là của cùng người này:
person-lent = Anh/chị được mở hồ sơ này đến hết ngày { $date }, theo đề nghị đã được chấp thuận.
person-protected = Được bảo vệ

person-section-identity = Nhân thân
person-section-further = Thông tin thêm
person-further-hint = Có thể hỏi sau. Chỉ ghi điều người lao động muốn cho biết.
person-name = Họ, chữ đệm và tên
person-name-hint = Viết như trên giấy tờ hoặc như người lao động đọc
person-sex = Giới tính
person-birth = Ngày sinh
person-birth-hint = Ví dụ 27 3 1990. Chỉ cần năm nếu không biết ngày, tháng.
person-ethnic-group = Dân tộc
person-marital-status = Tình trạng hôn nhân
person-education-level = Trình độ học vấn cao nhất
person-qualification = Trình độ chuyên môn, tay nghề
person-qualification-hint = Ví dụ: chứng chỉ hàn 3G, điều dưỡng
person-language = Ngôn ngữ muốn dùng
person-interpreter = Cần phiên dịch
person-reads-vietnamese = Đọc tiếng Việt
person-said-by = Ai cung cấp thông tin lần này
person-sorting = Sắp xếp theo tên
person-sorting-hint = Hệ thống tự lấy chữ đầu và chữ cuối của họ tên. Chỉ sửa khi họ hoặc tên có nhiều chữ. Để trống thì hệ thống tự tính lại.
person-family-key = Họ
person-given-key = Tên

fact-more = Chưa trả lời? Có giấy tờ?
fact-more-name = Có giấy tờ?
fact-absence = Vì sao chưa có câu trả lời
fact-level = Căn cứ của thông tin này
fact-level-name = Căn cứ của họ tên

absence-not-asked = Chưa hỏi
absence-refused = Không muốn trả lời
absence-not-known = Không biết
absence-none = Không có
absence-not-applicable = Không áp dụng

level-stated = Theo lời kể
level-documented = Theo giấy tờ
level-verified = Đã xác minh

said-by-self = Chính người lao động
said-by-proxy = Người khác nói thay
said-by-document = Giấy tờ

sex-male = Nam
sex-female = Nữ
marital-single = Chưa kết hôn
marital-married = Đã kết hôn
marital-separated = Ly thân
marital-divorced = Ly hôn
marital-widowed = Góa
answer-yes = Có
answer-no = Không
reads-well = Đọc tốt
reads-some = Đọc được một ít
reads-no = Không đọc được

document-title = Giấy tờ
document-section = Giấy tờ tùy thân
document-add = Thêm giấy tờ
document-kind = Loại giấy tờ
document-kind-citizen-card = Thẻ căn cước
document-kind-old-identity-card = Chứng minh nhân dân (9 số)
document-kind-passport = Hộ chiếu
document-kind-travel-pass = Giấy thông hành
document-kind-foreign-residence-card = Thẻ cư trú nước ngoài
document-kind-birth-certificate = Giấy khai sinh
document-kind-other = Giấy tờ khác
document-number = Số giấy tờ
document-number-hint = Để trống nếu không biết số
document-country = Nước cấp
document-country-hint = Để trống nếu là Việt Nam
document-shown-as = Đã xem
document-name-printed = Họ tên in trên giấy tờ
document-name-printed-hint = Chỉ ghi khi khác với họ tên ở trên
document-issued = Ngày cấp
document-expires = Ngày hết hạn
document-until = Hết hạn { $date }
document-no-number = không có số
document-reveal = Hiện số
document-reveal-note = Việc mở số này đã được ghi lại.
document-doubt-sex = Số căn cước không khớp với giới tính.
document-doubt-birth = Số căn cước không khớp với năm sinh.
document-doubt-passport = Số hộ chiếu khác dạng thường gặp (một chữ cái và 7 hoặc 8 chữ số).
document-doubt-expired = Giấy tờ đã hết hạn.
shown-as-original = Bản chính
shown-as-copy = Bản sao
shown-as-photo = Ảnh trên điện thoại
shown-as-told = Chỉ nghe nói

contact-title = Cách liên lạc
contact-section = Cách liên lạc
contact-add = Thêm cách liên lạc
contact-kind = Kênh liên lạc
contact-kind-phone = Điện thoại
contact-kind-zalo = Zalo
contact-kind-facebook = Facebook
contact-kind-email = Thư điện tử
contact-kind-other = Cách khác
contact-value = Số hoặc địa chỉ
contact-value-hint = Ví dụ 0912 345 678 hoặc +82 10 2345 6789
contact-belongs-to = Của ai
contact-belongs-to-hint = Ví dụ: của chính mình, em gái, hàng xóm
contact-safe-to-call = Người lao động nói gọi số này là an toàn
contact-safe-to-write = Người lao động nói nhắn tin đến đây là an toàn
contact-safe-hint = Nếu chưa hỏi thì để trống: hệ thống coi là không an toàn.
contact-safe-automatic = Người lao động đồng ý để hệ thống tự nhắn nhắc hẹn đến đây
contact-safe-automatic-hint = Chỉ khi chính họ dùng số hoặc hộp thư này và không ai khác đọc được. Tin chỉ có tên đơn vị, số điện thoại và ngày. Không chọn thì cán bộ sẽ gọi.
contact-wishes = Điều cần nhớ khi liên lạc
contact-wishes-hint = Ví dụ: chỉ gọi sau 19 giờ; người khác nghe máy thì không nói gì
contact-may-call = Được gọi
contact-never-call = Chưa được phép gọi
contact-may-write = Được nhắn tin
contact-never-write = Chưa được phép nhắn tin
contact-may-automatic = Hệ thống được tự nhắn
error-contact-automatic = Chỉ chọn ô này với điện thoại hoặc thư điện tử của chính người lao động, được phép nhắn tin, và không có điều gì cần nhớ khi liên lạc.

address-title = Địa chỉ
address-section = Nơi ở
address-add = Thêm địa chỉ
address-kind = Loại địa chỉ
address-kind-home = Quê nhà
address-kind-staying = Nơi đang ở
address-kind-as-printed = Như in trên giấy tờ
address-province = Tỉnh, thành phố
address-province-hint = Theo 34 tỉnh, thành phố hiện nay
address-commune = Xã, phường, đặc khu
address-commune-hint = Theo danh mục từ ngày 1/7/2025
address-line = Số nhà, đường, thôn, tổ
address-line-hint = Hoặc địa chỉ cũ viết như trên giấy tờ
address-old = Địa chỉ cũ in trên giấy tờ (trước ngày 1/7/2025)
address-old-hint = Ghi như trên giấy tờ, có hay không có dấu và chữ Tỉnh, Huyện, Xã đều được. Địa chỉ được giữ nguyên như in, và xã, phường hiện nay được gợi ý sau khi lưu.
address-old-province = Tỉnh, thành phố cũ
address-old-district = Quận, huyện, thị xã cũ
address-old-commune = Xã, phường, thị trấn cũ
address-old-place = Theo đơn vị hành chính cũ:
address-old-now = Nay là:
address-old-several = Xã, phường cũ này nay thuộc { $count } nơi. Xin hỏi người lao động.
address-old-choose = Chọn xã, phường hiện nay
address-old-unknown = Chưa nhận ra đơn vị hành chính cũ; giữ nguyên như in.
address-take = Lấy làm quê nhà hiện nay
address-take-hint = Nếu đúng, địa chỉ hiện nay được lưu bên cạnh địa chỉ như in.
address-taken = Đã lưu địa chỉ hiện nay.
address-from-printed = Lấy từ địa chỉ như in trên giấy tờ
address-present = Xã, phường hiện nay
address-present-which = Nơi ở nay thuộc
address-present-hint = Xin hỏi người lao động, đừng đoán. Chưa biết thì để sau.

part-none = Chưa có.
part-withdraw = Bỏ, không dùng nữa
part-withdraw-confirm = Đúng, bỏ mục này

conflict-title = Có người khác vừa sửa hồ sơ này
conflict-about = Thay đổi của anh/chị chưa được lưu và vẫn còn ở bên dưới. Xin so sánh rồi chọn.
conflict-field = Mục
conflict-before = Khi anh/chị mở trang
conflict-now = Hiện nay
conflict-yours = Anh/chị đã nhập
conflict-theirs = Giữ bản hiện nay, bỏ nội dung tôi đã nhập
conflict-mine = Lưu nội dung tôi đã nhập

ask-title = Đề nghị được mở hồ sơ
ask-about = Người phụ trách của đơn vị đang giữ hồ sơ sẽ quyết định. Anh/chị chưa biết được hồ sơ ở đâu và có gì.
ask-reason = Lý do
ask-reason-hint = Anh/chị đang giúp người này việc gì? Không ghi thông tin sức khỏe hay hoàn cảnh riêng.
ask-send = Gửi đề nghị
access-requested = Đã gửi đề nghị.
access-granted = Đã cho phép mở hồ sơ.
access-declined = Đã từ chối.
requests-about = Người được phép chỉ mở được hồ sơ trong một thời hạn, và mỗi lần mở đều được ghi lại.
requests-none = Không có đề nghị nào đang chờ.
requests-from = { $name } ({ $organisation }) đề nghị
requests-grant = Cho phép
requests-decline = Từ chối
mail-access-request-subject = Có đề nghị đang chờ anh/chị trên Trở Về
mail-access-request = Kính gửi anh/chị,

    Có một đề nghị đang chờ anh/chị quyết định:

    { $address }

    Thư này không chứa thông tin của ai. Xin đăng nhập để xem.

log-title = Ai đã mở hồ sơ này
log-at = Lúc
log-who = Ai
log-act = Việc
log-what = Phần
log-of-record = Mã lúc đó: { $code }
act-read = Mở
act-list = Thấy trong danh sách
act-export = Đưa vào tệp
act-print = In ra giấy
act-original = Lấy bản gốc
act-search = Thấy khi tìm
act-insert = Thêm
act-update = Sửa
act-delete = Xóa
table-persons = Hồ sơ
table-person_facts = Căn cứ thông tin
table-identity_documents = Giấy tờ
table-contact_points = Cách liên lạc
table-addresses = Địa chỉ
table-household_members = Người trong gia đình
table-poverty_statuses = Tình trạng hộ nghèo
table-poverty_reviews = Đề nghị rà soát hộ nghèo
table-skills = Tay nghề
table-person_access = Quyền mở
table-exclusions = Ai không làm với hồ sơ
table-access_requests = Đề nghị mở hồ sơ
table-protections = Việc bảo vệ
table-episodes = Lần về nước
table-merges = Gộp hồ sơ

protection-title = Bảo vệ hồ sơ
protection-about = Khi hồ sơ được bảo vệ, chỉ những người được chọn dưới đây tìm thấy và mở được. Mọi người khác, kể cả người cùng đơn vị, không biết là có hồ sơ này.
protection-is-on = Hồ sơ đang được bảo vệ: chỉ những người đã được chọn tìm thấy và mở được.
protection-staff = Những người được mở hồ sơ
protection-staff-hint = Nếu anh/chị không chọn chính mình, anh/chị sẽ không mở lại được.
deputy-title = Người được mở hồ sơ
deputy-lacking = Chưa có người thay: có ngày không ai được chọn mở được hồ sơ này. Hãy chọn thêm một người.
deputy-away = nghỉ từ { $from } đến { $until }
deputy-who = Chọn thêm người được mở hồ sơ
deputy-who-hint = Người này thấy và mở được mọi thứ như anh/chị. Chỉ chọn người thật cần.
deputy-add = Thêm người này
deputy-named = Đã thêm người được mở hồ sơ.
deputy-not-protected = Hồ sơ không được bảo vệ riêng: mọi cán bộ hỗ trợ của đơn vị đều mở được.
error-deputy = Người này không làm hồ sơ hỗ trợ ở đơn vị, không được liên quan đến người lao động, hoặc đã được chọn.
protection-open = Bảo vệ hồ sơ
protection-end = Thôi bảo vệ
protection-opened = Hồ sơ đã được bảo vệ.
protection-ended = Hồ sơ không còn được bảo vệ riêng.
table-contract_links = Hợp đồng có thể của người này

exclusion-title = Ai không làm với hồ sơ này
exclusion-about = Những người và đơn vị dưới đây không tìm thấy và không mở được hồ sơ này. Không ai phải nói lý do.
exclusion-none = Chưa có ai.
exclusion-kind-conflict = Cán bộ tự khai có quen biết hoặc lợi ích liên quan
exclusion-kind-refused = Người trở về không muốn
exclusion-end = Bỏ khỏi danh sách
exclusion-refusal = Người trở về không muốn một cán bộ hoặc một đơn vị
exclusion-refusal-about = Chỉ ghi đúng điều họ nói. Đừng hỏi vì sao, và đừng khuyên họ nghĩ lại.
exclusion-who = Cán bộ của đơn vị mình
exclusion-heir = Ai nhận các hồ sơ người đó đang phụ trách
exclusion-heir-hint = Chỉ cần chọn khi cán bộ ấy đang phụ trách hồ sơ của người này.
exclusion-office = Hoặc một đơn vị
exclusion-office-hint = Đơn vị này sẽ không được đề nghị nhận hồ sơ nữa.
exclusion-keep = Ghi lại
exclusion-conflict = Tôi có quen biết hoặc lợi ích liên quan
exclusion-conflict-about = Họ hàng, bạn bè, hàng xóm, người cho vay, nơi từng làm việc… Sau khi khai, hồ sơ đóng lại với anh/chị, kể cả khi tìm kiếm. Chỉ người khác có quyền phân công mới mở lại được.
exclusion-my-heir = Ai nhận các hồ sơ tôi đang phụ trách
exclusion-my-heir-hint = Chỉ cần chọn khi anh/chị đang phụ trách hồ sơ của người này.
exclusion-declare = Khai và đóng hồ sơ với tôi
exclusion-kept = Đã ghi lại.
exclusion-closed = Đã ghi lại. Hồ sơ này không còn mở cho anh/chị nữa.
exclusion-ended = Đã bỏ khỏi danh sách.
