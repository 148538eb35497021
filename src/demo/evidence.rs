//! Papers in a few cases of the made-up world: lines on a page, and nothing that anybody could read.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, Luma};
use uuid::Uuid;

use super::store::Cast;
use crate::App;
use crate::base::actor::Actor;
use crate::base::db::Rights;
use crate::base::{Error, Result};
use crate::case::attachment::format::Format;
use crate::case::attachment::pieces;
use crate::case::attachment::store::{self, NewAttachment};
use crate::schema::{attachments, cases};

/// Who keeps papers here, each in so many cases.
const KEEPERS: [&str; 5] =
    ["counsellor.nghean", "counsellor.hatinh", "counsellor.haiphong", "counsellor.thanhhoa", "attache.tokyo"];
const CASES: i64 = 2;

/// Adds them where there are none yet. A server makes the copies to look at, once it runs.
pub async fn fill(app: &App, cast: &Cast) -> Result<()> {
    let contract = [page(7, 0)?, page(5, 3)?];
    let slip = slip();
    for account in KEEPERS {
        let officer = cast.actor(account)?;
        let Actor::User { id: user, organisation } = *officer else { continue };
        let mut tx = app.db.begin(officer, Uuid::now_v7(), Rights::Writer).await?;
        let there: i64 = attachments::table.count().get_result(&mut *tx).await?;
        let some: Vec<Uuid> = cases::table
            .filter(cases::holder_id.eq(organisation))
            .filter(cases::phase.ne("closed"))
            .order(cases::code)
            .limit(if there > 0 { 0 } else { CASES })
            .select(cases::id)
            .load(&mut *tx)
            .await?;
        for case in some {
            let about = NewAttachment { kind: "contract", title: "Hợp đồng lao động, hai trang", made: None };
            let document = store::add(&mut tx, user, case, &about).await?;
            let mut files = Vec::new();
            for (name, bytes) in [("hop-dong-1.jpg", &contract[0]), ("hop-dong-2.jpg", &contract[1])] {
                files.push(pieces::receive(&mut tx, &app.keys, (user, case), (name, Format::Jpeg), bytes).await?);
            }
            store::put(&mut tx, document, case, &files).await?;
            let about = NewAttachment { kind: "payment", title: "Phiếu lương tháng cuối", made: None };
            let document = store::add(&mut tx, user, case, &about).await?;
            let file =
                pieces::receive(&mut tx, &app.keys, (user, case), ("phieu-luong.pdf", Format::Pdf), &slip).await?;
            store::put(&mut tx, document, case, &[file]).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// A page of grey lines, as a telephone would photograph it.
fn page(paragraphs: u32, empty: u32) -> Result<Vec<u8>> {
    let page = image::GrayImage::from_fn(420, 594, |x, y| {
        let (line, within) = (y / 16, y % 16);
        let written = (40..380).contains(&x) && (4..34 - empty).contains(&line) && within < 5;
        let short = line % paragraphs == 0 && x > 220;
        Luma([if written && !short { 90 } else { 245 }])
    });
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, 60);
    DynamicImage::ImageLuma8(page).write_with_encoder(encoder).map_err(Error::internal)?;
    Ok(bytes)
}

/// The smallest PDF with an empty page.
fn slip() -> Vec<u8> {
    let mut pdf = String::from("%PDF-1.4\n");
    let mut places = Vec::new();
    for (number, object) in [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 298 420] >>",
    ]
    .into_iter()
    .enumerate()
    {
        places.push(pdf.len());
        pdf += &format!("{} 0 obj\n{object}\nendobj\n", number + 1);
    }
    let table = pdf.len();
    pdf += "xref\n0 4\n0000000000 65535 f \n";
    for place in places {
        pdf += &format!("{place:010} 00000 n \n");
    }
    pdf += &format!("trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n");
    pdf.into_bytes()
}
