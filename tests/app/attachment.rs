//! Documents of a case: what is taken, what is left behind, what a line that breaks does, and who sees what.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageReader, Rgb, RgbImage};
use rocket::http::{Method, Status};
use rocket::tokio::io::{AsyncReadExt, AsyncWriteExt};
use rocket::tokio::net::{TcpListener, UnixListener};
use sha2::{Digest, Sha256};
use time::Duration;
use trove::access::Role;
use uuid::Uuid;

use crate::journey::{offices, taken_in};
use crate::support::{Answer, Browser, World};

/// A picture: its left half is red, its right half blue.
pub fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let half = |x, _| if x < width / 2 { Rgb([220, 0, 0]) } else { Rgb([0, 0, 220]) };
    let mut out = Vec::new();
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, half))
        .write_with_encoder(JpegEncoder::new_with_quality(&mut out, 95))
        .unwrap();
    out
}

/// What a telephone writes beside the picture.
const PLACE: &[u8] = b"18.6793 N 105.6811 E, Lan's telephone";

/// The same picture as a telephone writes it that was held upright: turned by what it says, with the place.
fn telephoned(width: u32, height: u32) -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0\x02\0".to_vec();
    tiff.extend_from_slice(&[0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0]);
    // A model of camera, for text that can be found again.
    let length = PLACE.len() as u32;
    tiff.extend_from_slice(&[0x10, 0x01, 2, 0]);
    tiff.extend_from_slice(&length.to_le_bytes());
    tiff.extend_from_slice(&38u32.to_le_bytes());
    tiff.extend_from_slice(&[0; 4]);
    tiff.extend_from_slice(PLACE);
    let mut exif = b"Exif\0\0".to_vec();
    exif.extend_from_slice(&tiff);
    let plain = jpeg(width, height);
    let mut out = plain[..2].to_vec();
    out.extend_from_slice(&[0xff, 0xe1]);
    out.extend_from_slice(&(exif.len() as u16 + 2).to_be_bytes());
    out.extend_from_slice(&exif);
    out.extend_from_slice(&plain[2..]);
    out
}

/// A film of no pictures that says where it was taken.
fn film() -> Vec<u8> {
    let boxed = |kind: &[u8], inside: &[u8]| [&(inside.len() as u32 + 8).to_be_bytes(), kind, inside].concat();
    let place = boxed(b"udta", &boxed(b"\xa9xyz", PLACE));
    let moov = boxed(b"moov", &[boxed(b"mvhd", &[0; 100]), place].concat());
    [boxed(b"ftyp", b"mp42\0\0\0\0mp42isom"), moov, boxed(b"mdat", &[5; 500])].concat()
}

fn says(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|w| w == word)
}

async fn work(world: &World) {
    while world.app.worker().run_due().await.unwrap() > 0 {}
}

async fn sent(browser: &mut Browser<'_>, case: &str, title: &str, files: &[(&str, &[u8])]) -> Answer {
    let key = Uuid::new_v4().to_string();
    let fields = [("submission", key.as_str()), ("title", title), ("kind", "contract")];
    browser.post_files(&format!("/cases/{case}/attachments"), &fields, files).await
}

/// Adds a document, lets it be checked, and gives its address with those of its files.
async fn added(browser: &mut Browser<'_>, case: &str, files: &[(&str, &[u8])]) -> (String, Vec<String>) {
    let at = sent(browser, case, "Hợp đồng", files).await.is(Status::SeeOther).location.clone().unwrap();
    work(browser.world).await;
    let id = at.rsplit('/').next().unwrap();
    let ids = browser
        .world
        .text(&format!(
            "SELECT string_agg(id::text, ' ' ORDER BY number) FROM attachment_files WHERE attachment_id = '{id}'"
        ))
        .await;
    let files = ids.split(' ').map(|file| format!("{at}/files/{file}")).collect();
    (at, files)
}

async fn fetched(browser: &mut Browser<'_>, path: &str) -> (Answer, Vec<u8>) {
    browser.ask(Method::Get, path, &[], &[]).await
}

fn tus(more: &[(&'static str, String)]) -> Vec<(&'static str, String)> {
    let mut all = vec![("Tus-Resumable", "1.0.0".to_owned())];
    all.extend_from_slice(more);
    all
}

fn metadata(name: &str, key: &str) -> String {
    use base64::Engine;
    let coded = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
    format!("filename {},key {}", coded(name), coded(key))
}

async fn begin(browser: &mut Browser<'_>, case: &str, name: &str, key: &str, bytes: usize) -> Answer {
    let headers = tus(&[("Upload-Length", bytes.to_string()), ("Upload-Metadata", metadata(name, key))]);
    browser.ask(Method::Post, &format!("/cases/{case}/uploads"), &headers, &[]).await.0
}

/// Begins a file of so many bytes and gives its address.
pub async fn begun(browser: &mut Browser<'_>, case: &str, name: &str, bytes: usize) -> String {
    let answer = begin(browser, case, name, &Uuid::new_v4().to_string(), bytes).await;
    answer.is(Status::Created).location.clone().unwrap()
}

async fn piece(browser: &mut Browser<'_>, at: &str, offset: usize, bytes: &[u8]) -> Answer {
    let kind = "application/offset+octet-stream".to_owned();
    let headers = tus(&[("Upload-Offset", offset.to_string()), ("Content-Type", kind)]);
    browser.ask(Method::Patch, at, &headers, bytes).await.0
}

async fn stands(browser: &mut Browser<'_>, at: &str) -> Answer {
    browser.ask(Method::Head, at, &tus(&[]), &[]).await.0
}

#[rocket::async_test]
async fn a_photograph_is_seen_without_its_place_and_kept_as_it_was() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut counsellor = world.staff(offices.centre, Role::Counsellor).await;
    let code = taken_in(&mut counsellor, "Lò Thị Ảnh").await;
    counsellor.get(&format!("/cases/{code}")).await.is(Status::Ok).shows("Tài liệu (0)");
    let (photograph, film) = (telephoned(64, 32), film());
    assert!(says(&photograph, PLACE));
    let (at, files) = added(&mut counsellor, &code, &[("trang 1.jpg", &photograph), ("nhà.mp4", &film)]).await;
    counsellor.get(&format!("/cases/{code}")).await.shows("Tài liệu (1)").shows("Thêm tài liệu");
    let page = counsellor.get(&at).await;
    page.is(Status::Ok).shows("trang 1.jpg").shows("/picture").shows("Lấy bản gốc");
    assert!(page.body.find("trang 1.jpg") < page.body.find("nhà.mp4"), "in order");

    let (answer, seen) = fetched(&mut counsellor, &files[0]).await;
    answer.is(Status::Ok);
    assert_eq!(answer.header("Content-Type"), Some("image/jpeg"));
    assert_eq!(answer.header("X-Content-Type-Options"), Some("nosniff"));
    assert_eq!(answer.header("Cache-Control"), Some("no-store"));
    let id = files[0].rsplit('/').next().unwrap();
    assert_eq!(
        world.text(&format!("SELECT working_bytes FROM attachment_files WHERE id = '{id}'")).await,
        seen.len().to_string()
    );
    assert_eq!(
        answer.header("Content-Disposition"),
        Some("attachment; filename=\"trang 1.jpg\"; filename*=UTF-8''trang%201.jpg")
    );
    assert!(!says(&seen, PLACE) && !says(&seen, b"Exif"));
    let picture = ImageReader::new(Cursor::new(&seen)).with_guessed_format().unwrap().decode().unwrap().into_rgb8();
    assert_eq!((picture.width(), picture.height()), (32, 64), "upright, as it was held");
    assert!(picture.get_pixel(16, 4)[0] > 150 && picture.get_pixel(16, 60)[2] > 150, "what was left is on top");
    let (inline, shown) = fetched(&mut counsellor, &format!("{}/picture", files[0])).await;
    assert_eq!((inline.header("Content-Disposition"), shown), (Some("inline"), seen));

    let (_, copy) = fetched(&mut counsellor, &files[1]).await;
    assert_eq!(copy.len(), film.len());
    assert!(!says(&copy, PLACE) && copy.ends_with(&[5; 500]));
    fetched(&mut counsellor, &format!("{}/picture", files[1])).await.0.is(Status::NotFound);

    // The original is what came, to the byte; that it was fetched is on record with what for.
    for (file, came) in files.iter().zip([&photograph, &film]) {
        let (answer, original) = fetched(&mut counsellor, &format!("{file}/original")).await;
        answer.is(Status::Ok);
        assert_eq!(original, *came);
        page.shows(&trove::base::seal::to_hex(&Sha256::digest(came)));
    }
    for table in ["persons", "attachment_files"] {
        assert_eq!(world.count(&format!("audit WHERE table_name = '{table}' AND purpose = 'original'")).await, 2);
    }
    // Nothing of it lies in the database as it came.
    let clear = trove::base::seal::to_hex(PLACE);
    assert_eq!(
        world.count(&format!("attachment_chunks WHERE position('{clear}' IN encode(sealed, 'hex')) > 0")).await,
        0
    );
    assert_eq!(world.count("attachment_chunks").await, 4);
    // A piece that lies elsewhere opens nothing.
    world.sql("UPDATE attachment_chunks SET copy = 'x' WHERE false; UPDATE attachment_chunks a SET sealed = b.sealed FROM attachment_chunks b WHERE a.copy = 'original' AND b.copy = 'working' AND a.file_id = b.file_id").await;
    let (_, moved) = fetched(&mut counsellor, &format!("{}/original", files[0])).await;
    assert!(moved.is_empty());
}

#[rocket::async_test]
async fn what_cannot_be_opened_is_evidence_all_the_same() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut counsellor = world.staff(offices.centre, Role::Counsellor).await;
    let code = taken_in(&mut counsellor, "Lò Thị Niêm").await;
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic and what follows".as_slice();
    let mut damaged = jpeg(40, 40);
    damaged.truncate(200);
    let pdf = b"%PDF-1.4\n1 0 obj\n<< /Author (Lan) >>\nendobj\n%%EOF".as_slice();
    let (at, files) =
        added(&mut counsellor, &code, &[("IMG_1.HEIC", heic), ("hỏng.jpg", &damaged), ("đơn.pdf", pdf)]).await;
    let page = counsellor.get(&at).await;
    page.shows("Chứng cứ niêm phong").shows("Tệp hỏng, không mở được").shows("có thể ghi tên người làm ra nó");
    for (file, came) in files.iter().zip([heic, &damaged, pdf]) {
        assert_eq!(fetched(&mut counsellor, &format!("{file}/original")).await.1, came);
    }
    fetched(&mut counsellor, &files[0]).await.0.is(Status::NotFound);
    fetched(&mut counsellor, &files[1]).await.0.is(Status::NotFound);
    let (answer, copy) = fetched(&mut counsellor, &files[2]).await;
    assert_eq!((answer.header("Content-Type"), copy.as_slice()), (Some("application/pdf"), pdf));
    assert!(answer.header("Content-Disposition").unwrap().ends_with("filename*=UTF-8''%C4%91%C6%A1n.pdf"));
    assert_eq!(world.count("attachment_chunks WHERE copy = 'working'").await, 0, "nothing is kept twice");
}

#[rocket::async_test]
async fn what_is_wrong_stands_beside_the_files_and_nothing_good_is_sent_twice() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut counsellor = world.staff(offices.centre, Role::Counsellor).await;
    let code = taken_in(&mut counsellor, "Lò Thị Sai").await;
    let good = jpeg(8, 8);
    let large = [good.clone(), vec![0; 1 << 20]].concat();
    world.sql("UPDATE parameters SET value = 1 WHERE code = 'attachment.image-mb'").await;
    for (files, message) in [
        (vec![], "Xin chọn ít nhất một tệp."),
        (vec![("a.docx", good.as_slice())], "loại tệp này không nhận được"),
        (vec![("a.jpg", b"<html>".as_slice())], "loại tệp này không nhận được"),
        (vec![("a.png", good.as_slice())], "nội dung không đúng với đuôi"),
        (vec![("a.jpg", large.as_slice())], "a.jpg: tệp lớn quá 1 MB."),
    ] {
        let refused = sent(&mut counsellor, &code, "Giấy tờ", &files).await;
        refused.is(Status::UnprocessableEntity);
        assert!(refused.error_at("files").unwrap().contains(message), "{message}: {:?}", refused.error_at("files"));
        assert_eq!(refused.value("title").as_deref(), Some("Giấy tờ"));
    }
    assert_eq!(world.count("attachment_files").await + world.count("attachments").await, 0);

    // Nothing said of the document: what came along waits, ticked, for the next sending.
    let key = Uuid::new_v4().to_string();
    let fields = [("submission", key.as_str()), ("made.year", "2999")];
    let at = format!("/cases/{code}/attachments");
    let refused = counsellor.post_files(&at, &fields, &[("trang.jpg", &good), ("b.png", &good)]).await;
    refused.is(Status::UnprocessableEntity);
    for field in ["title", "kind", "made", "files"] {
        assert!(refused.error_at(field).is_some(), "{field}");
    }
    let upload = world.text("SELECT id FROM attachment_files").await;
    assert_eq!(refused.value("uploads").as_deref(), Some(upload.as_str()));
    refused.shows("checked");
    let fields = [("submission", key.as_str()), ("title", "Giấy"), ("kind", "other"), ("uploads", &upload)];
    let done = counsellor.post_files(&at, &fields, &[]).await;
    done.is(Status::SeeOther);
    // The same form once more acts once, and another file under its key is another sending.
    let again = counsellor.post_files(&at, &fields, &[]).await;
    assert_eq!(again.is(Status::SeeOther).location, done.location);
    counsellor.post_files(&at, &fields, &[("c.jpg", &good)]).await.is(Status::UnprocessableEntity);
    assert_eq!(world.count("attachments").await, 1);
    assert_eq!(world.count("attachment_files WHERE attachment_id IS NOT NULL").await, 1);

    // More than a form may carry.
    let huge = vec![0xff; 14 << 20];
    let refused = sent(&mut counsellor, &code, "Nặng", &[("1.jpg", &huge), ("2.jpg", &huge), ("3.jpg", &huge)]).await;
    assert!(refused.is(Status::UnprocessableEntity).error_at("files").unwrap().contains("quá lớn để gửi một lần"));

    // As many as there may be.
    world.sql("UPDATE parameters SET value = 2 WHERE code = 'attachment.files'").await;
    let three = [("1.jpg", good.as_slice()), ("2.jpg", &good), ("3.jpg", &good)];
    let refused = sent(&mut counsellor, &code, "Giấy tờ", &three).await;
    assert!(refused.error_at("files").unwrap().contains("nhiều nhất 2 tệp"));
    let more = format!("{}/files", done.location.unwrap());
    let key = Uuid::new_v4().to_string();
    counsellor.get(&format!("{more}/new")).await.is(Status::Ok);
    counsellor.post_files(&more, &[("submission", &key)], &three[..1]).await.is(Status::SeeOther);
    assert_eq!(world.text("SELECT string_agg(number::text, ' ' ORDER BY number) FROM attachment_files").await, "1 2");
    let key = Uuid::new_v4().to_string();
    let refused = counsellor.post_files(&more, &[("submission", &key)], &three[..1]).await;
    assert!(refused.error_at("files").unwrap().contains("nhiều nhất 2 tệp"));
    world.sql("UPDATE parameters SET value = 2 WHERE code = 'attachment.case-files'").await;
    let refused = sent(&mut counsellor, &code, "Giấy tờ", &three[..1]).await;
    assert!(refused.error_at("files").unwrap().contains("đủ 2 tệp"));
}

#[rocket::async_test]
async fn a_file_goes_on_where_the_line_broke() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut counsellor = world.staff(offices.centre, Role::Counsellor).await;
    let mut colleague = world.staff(offices.centre, Role::Counsellor).await;
    let mut stranger = world.staff(offices.province, Role::Counsellor).await;
    let code = taken_in(&mut counsellor, "Lò Thị Mạng").await;
    let mut photograph = telephoned(64, 64);
    photograph.resize(700_000, 0);
    let whole = photograph.len();
    let key = Uuid::new_v4().to_string();
    let answer = begin(&mut counsellor, &code, "Lan.jpg", &key, whole).await;
    assert_eq!(answer.header("Tus-Resumable"), Some("1.0.0"));
    let at = answer.location.unwrap();
    assert!(!at.contains("Lan"));
    // The answer got lost: the same file has not begun twice.
    assert_eq!(begin(&mut counsellor, &code, "Lan.jpg", &key, whole).await.location.as_deref(), Some(at.as_str()));
    assert_eq!(world.count("attachment_files").await, 1);

    // Too little to tell what it is.
    let answer = piece(&mut counsellor, &at, 0, &photograph[..100]).await;
    assert_eq!((answer.status, answer.header("Upload-Offset")), (Status::NoContent, Some("0")));
    let answer = piece(&mut counsellor, &at, 0, &photograph[..300_000]).await;
    assert_eq!((answer.status, answer.header("Upload-Offset")), (Status::NoContent, Some("300000")));
    // Sent again, or further on than it is.
    for offset in [0, 200_000, 300_001] {
        let answer = piece(&mut counsellor, &at, offset, &photograph[offset..]).await;
        assert_eq!((answer.status, answer.header("Upload-Offset")), (Status::Conflict, Some("300000")));
    }
    for browser in [&mut colleague, &mut stranger] {
        stands(browser, &at).await.is(Status::NotFound);
        piece(browser, &at, 300_000, &photograph[300_000..]).await.is(Status::NotFound);
    }
    let answer = stands(&mut counsellor, &at).await;
    answer.is(Status::Ok);
    assert_eq!(answer.header("Upload-Offset"), Some("300000"));
    assert_eq!(answer.header("Upload-Length"), Some("700000"));
    // A page that is opened anew says how far it came.
    let new = format!("/cases/{code}/attachments/new");
    counsellor.get(&new).await.is(Status::Ok).shows("Đã gửi 42 %.").shows("Lan.jpg");
    colleague.get(&new).await.is(Status::Ok).hides("Lan.jpg");
    let id = at.rsplit('/').next().unwrap();
    let key = Uuid::new_v4().to_string();
    let fields = [("submission", key.as_str()), ("title", "Ảnh"), ("kind", "photograph"), ("uploads", id)];
    let form = format!("/cases/{code}/attachments");
    let early = counsellor.post_files(&form, &fields, &[]).await;
    assert!(early.error_at("files").unwrap().contains("chưa gửi xong"));
    piece(&mut counsellor, &at, 300_000, &photograph[300_000..]).await.is(Status::NoContent);
    assert_eq!(world.count("jobs WHERE kind = 'attachment'").await, 1);
    // What is another's is not put into a document of one's own.
    let theirs = colleague
        .post_files(&form, &[("submission", &Uuid::new_v4().to_string()), fields[1], fields[2], fields[3]], &[])
        .await;
    assert!(theirs.error_at("files").is_some());
    let document = counsellor.post_files(&form, &fields, &[]).await.is(Status::SeeOther).location.clone().unwrap();
    work(&world).await;
    let (_, original) = fetched(&mut counsellor, &format!("{document}/files/{id}/original")).await;
    assert!(original == photograph, "to the byte, out of three pieces");
    // In its document it is no upload any more.
    stands(&mut counsellor, &at).await.is(Status::NotFound);

    // Refused as early as can be, with words for whoever sends.
    for (name, bytes) in [("a.exe", 10), ("a.jpg", 16 << 20), ("a.jpg", 0)] {
        let refused = begin(&mut counsellor, &code, name, &Uuid::new_v4().to_string(), bytes).await;
        refused.is(Status::UnprocessableEntity).shows(name);
    }
    let at = begun(&mut counsellor, &code, "a.png", 5000).await;
    piece(&mut counsellor, &at, 0, &photograph[..5000])
        .await
        .is(Status::UnprocessableEntity)
        .shows("nội dung không đúng");
    stands(&mut counsellor, &at).await.is(Status::NotFound);
    let headers = [("Upload-Length", "9".to_owned())];
    counsellor
        .ask(Method::Post, &format!("/cases/{code}/uploads"), &headers, &[])
        .await
        .0
        .is(Status::PreconditionFailed);
    // So many at once.
    world.sql("UPDATE parameters SET value = 1 WHERE code = 'attachment.uploads'").await;
    begun(&mut counsellor, &code, "a.png", 5000).await;
    let refused = begin(&mut counsellor, &code, "b.png", &Uuid::new_v4().to_string(), 5000).await;
    refused.is(Status::UnprocessableEntity).shows("quá nhiều tệp");
    world.sql("UPDATE parameters SET value = 9 WHERE code = 'attachment.uploads'; UPDATE parameters SET value = 0 WHERE code = 'attachment.uploads-mb'").await;
    begin(&mut counsellor, &code, "b.png", &Uuid::new_v4().to_string(), 5000).await.is(Status::UnprocessableEntity);
}

#[rocket::async_test]
async fn what_nobody_put_into_a_document_goes_after_a_day() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut counsellor = world.staff(offices.centre, Role::Counsellor).await;
    let code = taken_in(&mut counsellor, "Lò Thị Quên").await;
    added(&mut counsellor, &code, &[("giữ.jpg", &jpeg(8, 8))]).await;
    let at = begun(&mut counsellor, &code, "quên.jpg", 9000).await;
    piece(&mut counsellor, &at, 0, &jpeg(800, 800)[..5000]).await.is(Status::NoContent);
    assert_eq!(world.count("attachment_files").await, 2);
    world.app.clock.advance(Duration::hours(20));
    world.sql("DELETE FROM jobs").await;
    world.app.plan().await.unwrap();
    work(&world).await;
    assert_eq!(world.count("attachment_files").await, 2, "a line may be away for a day");
    world.app.clock.advance(Duration::hours(28));
    world.app.plan().await.unwrap();
    work(&world).await;
    assert_eq!(world.text("SELECT string_agg(name, ' ') FROM attachment_files").await, "giữ.jpg");
    assert_eq!(world.count("attachment_chunks").await, 2);
}

#[rocket::async_test]
async fn what_is_taken_out_is_erased_and_a_line_says_why() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut counsellor = world.staff(offices.centre, Role::Counsellor).await;
    let code = taken_in(&mut counsellor, "Lò Thị Bỏ").await;
    let (one, two) = (jpeg(8, 8), jpeg(16, 8));
    let (at, files) = added(&mut counsellor, &code, &[("một.jpg", &one), ("hai.jpg", &two)]).await;
    for path in [format!("{at}/removal"), format!("{}/removal", files[0])] {
        let refused = counsellor.post(&path, &[("because", "  ")]).await;
        refused.is(Status::UnprocessableEntity).shows("error-message");
    }
    assert_eq!(world.count("attachment_chunks").await, 4);
    counsellor.post(&format!("{}/removal", files[0]), &[("because", "Ảnh của người khác")]).await.is(Status::SeeOther);
    assert_eq!(world.count("attachment_chunks").await, 2);
    counsellor.get(&at).await.shows("Ảnh của người khác").hides("một.jpg").shows("hai.jpg").shows("Cán bộ counsellor");
    for path in [files[0].clone(), format!("{}/picture", files[0]), format!("{}/original", files[0])] {
        fetched(&mut counsellor, &path).await.0.is(Status::NotFound);
    }
    counsellor.post(&format!("{}/removal", files[0]), &[("because", "nữa")]).await.is(Status::Conflict);
    counsellor.post(&format!("{at}/removal"), &[("because", "Người lao động rút lại")]).await.is(Status::SeeOther);
    assert_eq!(world.count("attachment_chunks").await, 0);
    assert_eq!(world.count("attachment_files WHERE state = 'removed' AND name = '' AND sha256 IS NULL").await, 2);
    assert_eq!(world.count("row_versions WHERE table_name LIKE 'attachment%'").await, 0, "no version keeps a name");
    let list = counsellor.get(&format!("/cases/{code}/attachments")).await;
    list.shows("Tài liệu đã bỏ").shows("Người lao động rút lại").hides(&format!("href=\"{at}\""));
    counsellor.get(&at).await.is(Status::Ok).shows("nội dung đã xóa hẳn");
    counsellor.get(&format!("/cases/{code}")).await.shows("Tài liệu (0)").shows("Bỏ tài liệu");
    // Nothing is added to what is gone.
    let key = Uuid::new_v4().to_string();
    counsellor
        .post_files(&format!("{at}/files"), &[("submission", &key)], &[("ba.jpg", &one)])
        .await
        .is(Status::Conflict);
    // Taken out while it is checked: the check finds nothing to do.
    let at = sent(&mut counsellor, &code, "Nhanh", &[("x.jpg", &one)]).await.location.unwrap();
    counsellor.post(&format!("{at}/removal"), &[("because", "nhầm")]).await.is(Status::SeeOther);
    work(&world).await;
    assert_eq!(world.count("attachment_chunks").await, 0);
    assert_eq!(world.count("jobs WHERE kind = 'attachment' AND done_at IS NULL").await, 0);
    // What becomes of a case becomes of them.
    added(&mut counsellor, &code, &[("y.jpg", &one)]).await;
    world.sql("DELETE FROM first_contacts; DELETE FROM screenings; DELETE FROM cases").await;
    assert_eq!(world.count("attachment_chunks").await + world.count("attachments").await, 0);
}

#[rocket::async_test]
async fn the_counter_sees_none_and_whoever_reads_along_sees_titles() {
    let world = World::empty().await;
    let offices = offices(&world).await;
    let mut attache = world.staff(offices.mission, Role::Attache).await;
    let mut desk = world.staff(offices.mission, Role::Desk).await;
    let mut reader = world.staff(offices.centre, Role::Counsellor).await;
    let code = taken_in(&mut attache, "Lò Thị Xem").await;
    let (at, files) = added(&mut attache, &code, &[("kín.jpg", &jpeg(8, 8))]).await;
    let list = format!("/cases/{code}/attachments");
    // The counter of the same office has the case and not its papers; the timeline does not say what they are.
    let page = desk.get(&format!("/cases/{code}")).await;
    page.is(Status::Ok).shows("Thêm tài liệu").hides("/attachments").hides("Hợp đồng");
    desk.get(&list).await.is(Status::Forbidden);
    assert_eq!(world.text("SELECT about FROM events WHERE kind = 'case.attachment-added'").await, "{}");
    reader.get(&list).await.is(Status::NotFound);
    let to = offices.centre.to_string();
    attache
        .post(&format!("/cases/{code}/shares"), &[("share.office", &to), ("share.reason", "cùng giúp")])
        .await
        .is(Status::SeeOther);
    reader.get(&list).await.is(Status::Ok).shows("Hợp đồng").hides("kín.jpg").hides(&at).hides("/attachments/new");
    reader.get(&format!("/cases/{code}")).await.shows("Tài liệu (1)");
    for path in [
        at.clone(),
        files[0].clone(),
        format!("{}/picture", files[0]),
        format!("{}/original", files[0]),
        format!("{list}/new"),
    ] {
        reader.get(&path).await.is(Status::NotFound);
    }
    let refused = sent(&mut reader, &code, "Của tôi", &[("a.jpg", &jpeg(8, 8))]).await;
    refused.is(Status::Conflict);
    reader.post(&format!("{at}/removal"), &[("because", "x")]).await.is(Status::Conflict);
    assert_eq!(world.count("attachments").await, 1);
    // Of a closed case nothing changes.
    attache
        .post(&format!("/cases/{code}/closure"), &[("reason", "service-ended"), ("outcome", "Không cần nữa")])
        .await
        .is(Status::SeeOther);
    attache.get(&at).await.is(Status::Ok).hides("Bỏ tài liệu này");
    attache.post(&format!("{at}/removal"), &[("because", "x")]).await.is(Status::Conflict);
    let uploads = format!("/cases/{code}/uploads");
    let headers = tus(&[("Upload-Length", "9".into()), ("Upload-Metadata", metadata("a.jpg", "x"))]);
    attache.ask(Method::Post, &uploads, &headers, &[]).await.0.is(Status::Conflict);
}

/// Reads what clamd is sent, answers, and gives back the bytes of the file.
async fn scanned(
    mut line: impl rocket::tokio::io::AsyncRead + rocket::tokio::io::AsyncWrite + Unpin,
    said: &str,
) -> Vec<u8> {
    let mut head = [0; 10];
    line.read_exact(&mut head).await.unwrap();
    assert_eq!(&head, b"zINSTREAM\0");
    let mut file = Vec::new();
    loop {
        let length = line.read_u32().await.unwrap() as usize;
        if length == 0 {
            break;
        }
        let at = file.len();
        file.resize(at + length, 0);
        line.read_exact(&mut file[at..]).await.unwrap();
    }
    line.write_all(said.as_bytes()).await.unwrap();
    file
}

#[rocket::async_test]
async fn what_clamd_finds_is_erased_and_what_it_does_not_answer_waits() {
    let mut socket = String::new();
    let world = World::with(|settings| {
        socket = settings.var.join("clamd").to_string_lossy().into_owned();
        settings.clamd = Some(socket.clone());
    })
    .await;
    let offices = offices(&world).await;
    let mut counsellor = world.staff(offices.centre, Role::Counsellor).await;
    let code = taken_in(&mut counsellor, "Lò Thị Quét").await;
    let photograph = jpeg(40, 40);
    // Nobody there: nothing is shown unscanned, and the job waits for its turn.
    let (at, files) = added(&mut counsellor, &code, &[("một.jpg", &photograph)]).await;
    counsellor.get(&at).await.shows("Đang kiểm tra").hides("/picture");
    fetched(&mut counsellor, &files[0]).await.0.is(Status::NotFound);
    assert_eq!(world.count("jobs WHERE kind = 'attachment' AND done_at IS NULL AND attempts = 1").await, 1);
    let listener = UnixListener::bind(&socket).unwrap();
    let clamd = rocket::tokio::spawn(async move {
        // An answer that is none, then one that is.
        let mut heard = Vec::new();
        for said in ["INSTREAM size limit exceeded. ERROR\0", "stream: OK\0", "stream: Eicar-Test-Signature FOUND\0"] {
            heard.push(scanned(listener.accept().await.unwrap().0, said).await);
        }
        heard
    });
    for state in ["checking", "ready"] {
        world.app.clock.advance(Duration::hours(1));
        work(&world).await;
        assert_eq!(world.text("SELECT state FROM attachment_files").await, state);
    }
    let mut counsellor = world.staff(offices.centre, Role::Counsellor).await;
    // Sessions know the hour.
    world
        .sql("UPDATE sessions SET created_at = created_at + interval '2 hours', seen_at = seen_at + interval '2 hours'")
        .await;
    let (at, files) = added(&mut counsellor, &code, &[("hai.jpg", &photograph)]).await;
    counsellor.get(&at).await.shows("Tệp có mã độc, nội dung đã xóa.").hides("Lấy bản gốc");
    fetched(&mut counsellor, &format!("{}/original", files[0])).await.0.is(Status::NotFound);
    let id = files[0].rsplit('/').next().unwrap();
    assert_eq!(world.count(&format!("attachment_chunks WHERE file_id = '{id}'")).await, 0);
    assert!(clamd.await.unwrap().iter().all(|heard| *heard == photograph), "what was scanned is what came");
}

#[rocket::async_test]
async fn clamd_is_reached_by_host_and_port_too() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let place = listener.local_addr().unwrap().to_string();
    let world = World::with(|settings| settings.clamd = Some(place)).await;
    let clamd = rocket::tokio::spawn(async move { scanned(listener.accept().await.unwrap().0, "stream: OK\0").await });
    let offices = offices(&world).await;
    let mut counsellor = world.staff(offices.centre, Role::Counsellor).await;
    let code = taken_in(&mut counsellor, "Lò Thị Cổng").await;
    let film = film();
    let (_, files) = added(&mut counsellor, &code, &[("a.m4a", &film)]).await;
    let (answer, _) = fetched(&mut counsellor, &files[0]).await;
    assert_eq!(answer.is(Status::Ok).header("Content-Type"), Some("audio/mp4"));
    assert_eq!(clamd.await.unwrap(), film);
}
