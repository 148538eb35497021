-- Forms that come with the program; src/case/form/mod.rs says how they are written. What DOLAB wrote since stays.
INSERT INTO form_templates (id, code, version, title, goes_to, source, official, body, valid_from) VALUES
('0193c000-0000-7000-8000-000000000001', 'residence-notice', 1, 'Thông báo về nước và nơi cư trú', 'Cơ quan đăng ký cư trú (công an xã, phường, đặc khu)',
 'Soạn theo Luật 69/2020/QH14, điều 6 khoản 2 điểm g; không phải mẫu do cơ quan nhà nước ban hành', false,
$$# THÔNG BÁO VỀ NƯỚC VÀ NƠI CƯ TRÚ

Kính gửi: Công an {commune}, {province}

Tôi tên là: {name}
Sinh: {birth}        Giới tính: {sex}
Giấy tờ: {document}, số: {document-number}

Tôi đã đi làm việc ở nước ngoài theo hợp đồng tại {country}, xuất cảnh: {left}, nhập cảnh về Việt Nam: {entered}.

Nay tôi ở tại: {address}
Số điện thoại: {phone}

Tôi thông báo để cơ quan đăng ký cư trú biết, theo quy định trong 15 ngày kể từ ngày nhập cảnh.

> {province}, {today}

| Cơ quan nhận thông báo | Người thông báo |
| (ký, ghi rõ họ tên, ngày nhận) | (ký, ghi rõ họ tên) |$$, '2026-01-01'),
('0193c000-0000-7000-8000-000000000002', 'liquidation-request', 1, 'Đề nghị thanh lý hợp đồng', 'Doanh nghiệp, tổ chức đưa người lao động đi làm việc ở nước ngoài',
 'Mẫu của dự án; không phải mẫu do cơ quan nhà nước ban hành', false,
$$# ĐỀ NGHỊ THANH LÝ HỢP ĐỒNG ĐƯA NGƯỜI LAO ĐỘNG ĐI LÀM VIỆC Ở NƯỚC NGOÀI

Kính gửi: {sender}

Tôi tên là: {name}
Sinh: {birth}
Giấy tờ: {document}, số: {document-number}

Tôi đã ký hợp đồng với đơn vị để đi làm việc tại {country}, thời hạn từ {contract-start} đến {contract-end}. Tôi đã về nước: {entered}.

Tôi đề nghị đơn vị thanh lý hợp đồng, và trả lại cho tôi các khoản sau (nếu có):
1. Tiền ký quỹ: …………………………………………………………
2. Các khoản đã thu mà chưa sử dụng: ………………………………
3. Giấy tờ của tôi mà đơn vị đang giữ: ………………………………

Tôi kèm theo bản sao: hợp đồng, chứng từ nộp tiền, hộ chiếu có dấu xuất cảnh, nhập cảnh.

> {today}

| Đơn vị nhận đề nghị | Người đề nghị |
| (ký, ghi rõ họ tên, ngày nhận) | (ký, ghi rõ họ tên) |$$, '2026-01-01'),
('0193c000-0000-7000-8000-000000000003', 'fund-request', 1, 'Đề nghị Quỹ hỗ trợ việc làm ngoài nước hỗ trợ', 'Quỹ hỗ trợ việc làm ngoài nước',
 'Mẫu của dự án, để kèm hồ sơ theo Quyết định 40/2021/QĐ-TTg; không phải mẫu do Quỹ ban hành', false,
$$# ĐƠN ĐỀ NGHỊ HỖ TRỢ

Kính gửi: Quỹ hỗ trợ việc làm ngoài nước

Tôi tên là: {name}
Sinh: {birth}        Giới tính: {sex}
Giấy tờ: {document}, số: {document-number}
Nơi ở: {address}
Số điện thoại: {phone}

Tôi đã đi làm việc tại {country} theo hợp đồng với {sender}, thời hạn từ {contract-start} đến {contract-end}. Tôi về nước: {entered}.

Lý do đề nghị hỗ trợ: …………………………………………………………
……………………………………………………………………………………

Giấy tờ kèm theo: ……………………………………………………………

Tôi cam đoan những điều trên là đúng.

> {today}

| | Người đề nghị |
| | (ký, ghi rõ họ tên) |$$, '2026-01-01'),
('0193c000-0000-7000-8000-000000000004', 'introduction', 1, 'Giấy giới thiệu', 'Nơi cung cấp dịch vụ',
 'Mẫu của dự án; chỉ ghi những gì nơi nhận cần', false,
$$# GIẤY GIỚI THIỆU

Kính gửi: …………………………………………………………

{office} giới thiệu: {name}, sinh {birth}

Đến để được hỗ trợ về: ……………………………………………………

Đề nghị quý cơ quan tiếp và giúp đỡ. Khi cần trao đổi, xin liên hệ {accountable}, điện thoại {office-phone}, mã hồ sơ {case}.

> {today}

| | {office} |
| | (ký, đóng dấu) |$$, '2026-01-01')
ON CONFLICT (code, version) DO NOTHING;
