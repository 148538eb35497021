//! Working copies: what people look at, without what a telephone writes beside it. Pure; takes as long as it takes.
//!
//! Pictures are decoded, turned and written anew. Of sound and film only the boxes and tags that describe are taken out; how
//! a track of positions that a camera may write among the samples is not (docs/decisions/attachments.md).

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};

use super::format::Format;

/// As many points as the largest sensors of telephones have that write them all.
const MOST_POINTS: u64 = 64_000_000;
/// Bytes that decoding one picture may take.
const MOST_MEMORY: u64 = 512 << 20;
/// Of 100; text on paper stays sharp.
const QUALITY: u8 = 85;

/// Why there is no working copy; see [`super::REFUSALS`].
pub type Refused = &'static str;

/// What came of a file.
#[derive(Debug, PartialEq)]
pub enum Copied {
    /// The working copy.
    To(Format, Vec<u8>),
    /// The original is as good: nothing is taken out of it.
    AsItIs,
    /// Evidence that nothing here can open.
    Sealed,
}

/// Makes the working copy of a file.
pub fn copied(format: Format, bytes: Vec<u8>) -> Result<Copied, Refused> {
    match format {
        Format::Jpeg => picture(ImageFormat::Jpeg, &bytes),
        Format::Png => picture(ImageFormat::Png, &bytes),
        Format::Webp => picture(ImageFormat::WebP, &bytes),
        Format::Heic => Ok(Copied::Sealed),
        Format::Pdf => Ok(Copied::AsItIs),
        Format::Mp3 => Ok(Copied::To(Format::Mp3, sound(bytes)?)),
        Format::M4a | Format::Mp4 => Ok(Copied::To(format, film(bytes)?)),
    }
}

fn picture(format: ImageFormat, bytes: &[u8]) -> Result<Copied, Refused> {
    let wrong = |error: ImageError| match error {
        ImageError::Limits(_) => "large",
        _ => "damaged",
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(wrong)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_POINTS {
        return Err("large");
    }
    // What turns it is among what is left behind.
    let orientation = decoder.orientation().map_err(wrong)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(wrong)?;
    picture.apply_orientation(orientation);
    let mut out = Vec::new();
    if picture.color().has_alpha() {
        picture.write_with_encoder(PngEncoder::new(&mut out)).map_err(wrong)?;
        return Ok(Copied::To(Format::Png, out));
    }
    // Sixteen bits a colour, and one bit for all, are no JPEG.
    let picture = DynamicImage::ImageRgb8(picture.into_rgb8());
    picture.write_with_encoder(JpegEncoder::new_with_quality(&mut out, QUALITY)).map_err(wrong)?;
    Ok(Copied::To(Format::Jpeg, out))
}

fn number(bytes: &[u8], at: usize, length: usize) -> Option<u64> {
    Some(bytes.get(at..at.checked_add(length)?)?.iter().fold(0, |n, byte| n << 8 | u64::from(*byte)))
}

/// Boxes that hold boxes in which something may be said of the film.
const HOLD: [&[u8]; 5] = [b"moov", b"trak", b"mdia", b"moof", b"traf"];
/// Boxes that say it: where and with what it was taken (`udta`, `meta`), what others wrote (`uuid`).
const SAY: [&[u8]; 3] = [b"udta", b"meta", b"uuid"];

/// A film or a recording in its container (ISO 14496-12): boxes that describe become `free` and empty, where they stand, so
/// that nothing else moves.
fn film(mut bytes: Vec<u8>) -> Result<Vec<u8>, Refused> {
    let end = bytes.len();
    let mut found = false;
    boxes(&mut bytes, 0, end, 0, &mut found)?;
    if found { Ok(bytes) } else { Err("damaged") }
}

fn boxes(bytes: &mut [u8], from: usize, end: usize, depth: usize, moov: &mut bool) -> Result<(), Refused> {
    let mut at = from;
    while at < end {
        // Some writers end a list with four zeros.
        if end - at < 8 && bytes.get(at..end).is_some_and(|rest| rest.iter().all(|b| *b == 0)) {
            return Ok(());
        }
        let kind: [u8; 4] = bytes
            .get(at + 4..at + 8)
            .and_then(|kind| kind.try_into().ok())
            .filter(|_| at + 8 <= end)
            .ok_or("damaged")?;
        let (head, length) = match number(bytes, at, 4).ok_or("damaged")? {
            0 => (8, (end - at) as u64),
            1 => (16, number(bytes, at + 8, 8).ok_or("damaged")?),
            length => (8, length),
        };
        let length = usize::try_from(length).map_err(|_| "damaged")?;
        let next = at.checked_add(length).filter(|next| *next <= end && length >= head).ok_or("damaged")?;
        if SAY.contains(&kind.as_slice()) {
            if let Some(named) = bytes.get_mut(at + 4..at + 8) {
                named.copy_from_slice(b"free");
            }
            if let Some(inside) = bytes.get_mut(at + head..next) {
                inside.fill(0);
            }
        } else if HOLD.contains(&kind.as_slice()) && depth < 8 {
            *moov |= kind == *b"moov";
            boxes(bytes, at + head, next, depth + 1, moov)?;
        }
        at = next;
    }
    Ok(())
}

/// A sound without its tags: ID3v2 and APE before it, ID3v1 and APE behind it.
fn sound(bytes: Vec<u8>) -> Result<Vec<u8>, Refused> {
    let (mut from, mut to) = (0, bytes.len());
    loop {
        let rest = bytes.get(from..to).unwrap_or_default();
        let skip = if rest.starts_with(b"ID3") {
            let size = rest.get(6..10).ok_or("damaged")?.iter().fold(0, |n, b| n << 7 | usize::from(*b & 0x7f));
            // A footer repeats the ten bytes of the header.
            10 + size + if rest.get(5).is_some_and(|flags| flags & 0x10 != 0) { 10 } else { 0 }
        } else if rest.starts_with(b"APETAGEX") {
            32 + ape_size(rest, 0).ok_or("damaged")?
        } else {
            break;
        };
        from = from.checked_add(skip).filter(|from| *from <= to).ok_or("damaged")?;
    }
    loop {
        let rest = bytes.get(from..to).unwrap_or_default();
        let cut = if rest.len() >= 128 && rest.get(rest.len() - 128..).is_some_and(|tag| tag.starts_with(b"TAG")) {
            128
        } else if rest.len() >= 32 && rest.get(rest.len() - 32..).is_some_and(|tag| tag.starts_with(b"APETAGEX")) {
            let foot = rest.len() - 32;
            // The last bit says that a header stands before it.
            let header = if rest.get(foot + 23).is_some_and(|flags| flags & 0x80 != 0) { 32 } else { 0 };
            ape_size(rest, foot).ok_or("damaged")? + header
        } else {
            break;
        };
        to = to.checked_sub(cut).filter(|to| *to >= from && cut > 0).ok_or("damaged")?;
    }
    let sound = bytes.get(from..to).unwrap_or_default();
    let frame = |pair: &[u8]| matches!(pair, [0xff, second] if second & 0xe0 == 0xe0);
    if !sound.windows(2).any(frame) {
        return Err("damaged");
    }
    Ok(sound.to_vec())
}

/// The size that an APE tag's header or footer gives: its items and the footer.
fn ape_size(bytes: &[u8], at: usize) -> Option<usize> {
    let size = bytes.get(at + 12..at + 16)?;
    Some(u32::from_le_bytes(size.try_into().ok()?) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(kind: &[u8; 4], inside: &[u8]) -> Vec<u8> {
        let mut out = ((inside.len() + 8) as u32).to_be_bytes().to_vec();
        out.extend_from_slice(kind);
        out.extend_from_slice(inside);
        out
    }

    #[test]
    fn a_film_says_no_more_where_it_was_taken_and_keeps_every_offset() {
        let place = boxed(b"udta", &boxed(b"\xa9xyz", b"+18.6793+105.6811/"));
        let track = boxed(b"trak", &[boxed(b"tkhd", &[7; 20]), place.clone()].concat());
        let moov = boxed(b"moov", &[boxed(b"mvhd", &[1; 20]), track, place.clone(), boxed(b"meta", b"Lan")].concat());
        let whole =
            [boxed(b"ftyp", b"mp42\0\0\0\0"), moov, boxed(b"uuid", b"xmp"), boxed(b"mdat", b"udta+18")].concat();
        let copy = film(whole.clone()).unwrap();
        assert_eq!(copy.len(), whole.len());
        let says = |bytes: &[u8], word: &[u8]| bytes.windows(word.len()).filter(|w| *w == word).count();
        assert_eq!((says(&whole, b"+18.6793"), says(&copy, b"+18.6793")), (2, 0));
        assert_eq!((says(&copy, b"Lan"), says(&copy, b"xmp"), says(&copy, b"free")), (0, 0, 4));
        // Samples are not boxes.
        assert!(copy.ends_with(b"udta+18"));
        assert_eq!(says(&copy, &[7; 20]), 1);
        // Cut off, or lying about its length.
        assert_eq!(film(whole[..whole.len() - 3].to_vec()), Err("damaged"));
        assert_eq!(film(boxed(b"ftyp", b"mp42")), Err("damaged"), "nothing in it");
        let mut lying = whole;
        lying[..4].copy_from_slice(&[0xff; 4]);
        assert_eq!(film(lying), Err("damaged"));
    }

    #[test]
    fn a_sound_loses_its_tags_and_nothing_else() {
        let frames = [0xff, 0xfb, 0x90, 0x64, 1, 2, 3, 4];
        let id3 = [b"ID3\x04\0\0\0\0\0\x05".as_slice(), b"Vinh!"].concat();
        let mut old = b"TAG".to_vec();
        old.resize(128, b'x');
        let mut ape = b"item".to_vec();
        ape.extend_from_slice(b"APETAGEX\xd0\x07\0\0");
        ape.extend_from_slice(&36u32.to_le_bytes());
        ape.extend_from_slice(&[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        let whole = [id3.as_slice(), &frames, &ape, &old].concat();
        assert_eq!(sound(whole).unwrap(), frames);
        assert_eq!(sound(frames.to_vec()).unwrap(), frames);
        assert_eq!(sound(id3.clone()), Err("damaged"), "tags and no sound");
        assert_eq!(sound(b"ID3\x04\0\0\x7f\x7f\x7f\x7f".to_vec()), Err("damaged"));
    }

    #[test]
    fn a_picture_without_end_is_refused_before_it_is_decoded() {
        let mut small = Vec::new();
        DynamicImage::new_rgb8(2, 2).write_with_encoder(PngEncoder::new(&mut small)).unwrap();
        // Width and height stand behind the signature and the name of the first part; its checksum no longer fits.
        small[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
        assert!(matches!(copied(Format::Png, small), Err("large" | "damaged")));
        assert_eq!(copied(Format::Jpeg, vec![0xff, 0xd8, 0xff, 0xe0, 0, 1]), Err("damaged"));
        let mut clear = Vec::new();
        DynamicImage::new_rgba8(3, 2).write_with_encoder(PngEncoder::new(&mut clear)).unwrap();
        assert!(matches!(copied(Format::Png, clear), Ok(Copied::To(Format::Png, _))), "what shines through stays so");
    }
}
