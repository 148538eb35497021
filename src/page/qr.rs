//! The QR code that a returnee carries on the slip (practice 12).

use std::fmt::Write;

use qrcode::types::QrError;
use qrcode::{Color, EcLevel, QrCode};

/// Light modules around the code, as ISO/IEC 18004 asks for.
const QUIET: usize = 4;

/// The code as a drawing to stand in a page, a unit to a module. The style sheet sizes `app-qr` and puts white behind
/// it: the page's policy allows no styles within. Level M reads with 15 % of the code lost, as on a folded slip, and
/// keeps modules large on paper of 80 mm.
pub fn qr_svg(url: &str, label: &str) -> Result<String, QrError> {
    let code = QrCode::with_error_correction_level(url, EcLevel::M)?;
    let (label, side, path) = (escaped(label), code.width() + 2 * QUIET, path(&code));
    Ok(format!(
        r##"<svg class="app-qr" viewBox="0 0 {side} {side}" role="img" aria-label="{label}" shape-rendering="crispEdges"><path stroke="#000" d="{path}"/></svg>"##
    ))
}

/// A stroke through the middle of each run of dark modules in a row, every move counted from the end of the stroke
/// before: about half as long as outlines would be.
fn path(code: &QrCode) -> String {
    let mut path = "M0 .5".to_owned();
    let mut pen = (0, 0);
    for (y, row) in code.to_colors().chunks(code.width()).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run.first() == Some(&Color::Dark) {
                let (left, top) = ((x + QUIET) as isize, (y + QUIET) as isize);
                // Writing to a string cannot fail.
                let _ = write!(path, "m{} {}h{}", left - pen.0, top - pen.1, run.len());
                pen = (left + run.len() as isize, top);
            }
            x += run.len();
        }
    }
    path
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://trove.example.vn/the#7K4M9XQ2PA";

    /// The modules that the path paints, quiet zone and all.
    fn painted(svg: &str) -> Vec<Vec<bool>> {
        let between = |from: &str, to: &str| svg.split_once(from).unwrap().1.split_once(to).unwrap().0.to_owned();
        let side: usize = between("viewBox=\"0 0 ", " ").parse().unwrap();
        let mut modules = vec![vec![false; side]; side];
        let (mut x, mut y) = (0, 0);
        for stroke in between("<path stroke=\"#000\" d=\"M0 .5m", "\"").split('m') {
            let (start, run) = stroke.split_once('h').unwrap();
            let (dx, dy) = start.split_once(' ').unwrap();
            x += dx.parse::<isize>().unwrap();
            y += dy.parse::<isize>().unwrap();
            for _ in 0..run.parse::<usize>().unwrap() {
                let module = &mut modules[y as usize][x as usize];
                assert!(!*module, "painted twice");
                *module = true;
                x += 1;
            }
        }
        modules
    }

    #[test]
    fn what_is_drawn_is_the_code_within_its_quiet_zone() {
        for url in [URL, "https://a.vn/#2", &format!("https://a.vn/#{}", "Trở Về ".repeat(40))] {
            let svg = qr_svg(url, "").unwrap();
            let code = QrCode::with_error_correction_level(url, EcLevel::M).unwrap();
            let painted = painted(&svg);
            assert_eq!(painted.len(), code.width() + 8);
            for (y, row) in painted.iter().enumerate() {
                for (x, dark) in row.iter().enumerate() {
                    let within = (4..4 + code.width()).contains(&x) && (4..4 + code.width()).contains(&y);
                    assert_eq!(*dark, within && code[(x - 4, y - 4)] == Color::Dark, "{x} {y}");
                }
            }
        }
    }

    #[test]
    fn it_may_stand_in_a_page_whose_policy_allows_no_styles() {
        let svg = qr_svg(URL, "Mã của <b>\"anh\" & 'chị'").unwrap();
        assert!(svg.contains(r#" aria-label="Mã của &lt;b&gt;&quot;anh&quot; &amp; &#39;chị&#39;""#));
        assert!(svg.contains(r#"role="img""#) && svg.contains(r#"class="app-qr""#));
        assert!(!svg.contains("style") && !svg.contains("width=") && !svg.contains("height="));
        assert_eq!((svg.matches('<').count(), svg.matches("<path").count()), (3, 1));
        assert!(svg.len() < 2_000, "{}", svg.len());
    }

    #[test]
    fn what_no_code_can_hold_is_refused() {
        assert_eq!(qr_svg(&"x".repeat(5_000), "").unwrap_err(), QrError::DataTooLong);
    }
}
