//! What a file is, by what stands in it and by what its name says; both must agree.

use crate::base::language::Message;

/// The kinds of files that are taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    Jpeg,
    Png,
    Webp,
    /// What iPhones photograph in; nothing here decodes it.
    Heic,
    Pdf,
    M4a,
    Mp3,
    Mp4,
}

impl Format {
    pub const ALL: [Format; 8] =
        [Format::Jpeg, Format::Png, Format::Webp, Format::Heic, Format::Pdf, Format::M4a, Format::Mp3, Format::Mp4];

    pub fn code(self) -> &'static str {
        match self {
            Format::Jpeg => "jpeg",
            Format::Png => "png",
            Format::Webp => "webp",
            Format::Heic => "heic",
            Format::Pdf => "pdf",
            Format::M4a => "m4a",
            Format::Mp3 => "mp3",
            Format::Mp4 => "mp4",
        }
    }

    pub fn from_code(code: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.code() == code)
    }

    /// What a name may end in, the usual one first.
    fn endings(self) -> &'static [&'static str] {
        match self {
            Format::Jpeg => &["jpg", "jpeg", "jpe", "jfif"],
            Format::Png => &["png"],
            Format::Webp => &["webp"],
            Format::Heic => &["heic", "heif"],
            Format::Pdf => &["pdf"],
            Format::M4a => &["m4a"],
            Format::Mp3 => &["mp3"],
            Format::Mp4 => &["mp4", "m4v"],
        }
    }

    pub fn mime(self) -> &'static str {
        match self {
            Format::Jpeg => "image/jpeg",
            Format::Png => "image/png",
            Format::Webp => "image/webp",
            Format::Heic => "image/heic",
            Format::Pdf => "application/pdf",
            Format::M4a => "audio/mp4",
            Format::Mp3 => "audio/mpeg",
            Format::Mp4 => "video/mp4",
        }
    }

    pub fn is_image(self) -> bool {
        matches!(self, Format::Jpeg | Format::Png | Format::Webp | Format::Heic)
    }

    /// The parameter that says how many megabytes such a file may have.
    pub fn limit(self) -> &'static str {
        match self {
            Format::Pdf => "attachment.pdf-mb",
            Format::M4a | Format::Mp3 | Format::Mp4 => "attachment.media-mb",
            _ => "attachment.image-mb",
        }
    }

    /// What the name says that the file is.
    pub fn of_name(name: &str) -> Option<Format> {
        let (_, ending) = name.rsplit_once('.')?;
        let ending = ending.to_ascii_lowercase();
        Format::ALL.into_iter().find(|format| format.endings().contains(&ending.as_str()))
    }

    /// What the first bytes say that the file is.
    fn of_bytes(head: &[u8]) -> Option<Format> {
        match infer::get(head)?.mime_type() {
            "image/jpeg" => Some(Format::Jpeg),
            "image/png" => Some(Format::Png),
            "image/webp" => Some(Format::Webp),
            "image/heif" => Some(Format::Heic),
            "application/pdf" => Some(Format::Pdf),
            "audio/m4a" => Some(Format::M4a),
            "audio/mpeg" => Some(Format::Mp3),
            "video/mp4" | "video/x-m4v" => Some(Format::Mp4),
            _ => None,
        }
    }

    /// The name of a copy in this format: another ending where the format changed.
    pub fn named(self, name: &str) -> String {
        if Format::of_name(name) == Some(self) {
            return name.to_owned();
        }
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        format!("{stem}.{}", self.endings().first().copied().unwrap_or_default())
    }
}

/// How much of a file is looked at to tell what it is.
pub const HEAD: usize = 4096;

/// What a file is, by its name and its first bytes ([`HEAD`] of them, or all). Telephones write recordings of sound into the
/// container of films as well: there the name decides which of the two it is.
pub fn recognised(name: &str, head: &[u8]) -> Result<Format, Message> {
    let refused = |key: &'static str| Message::new(key).with("name", name.to_owned());
    let said = Format::of_name(name).ok_or_else(|| refused("error-attachment-type"))?;
    let found = Format::of_bytes(head).ok_or_else(|| refused("error-attachment-type"))?;
    let container = |format| matches!(format, Format::M4a | Format::Mp4);
    if said == found || container(said) && container(found) {
        Ok(said)
    } else {
        Err(refused("error-attachment-mismatch"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_and_name_must_agree() {
        let jpeg = [0xff, 0xd8, 0xff, 0xe0, 0, 16, b'J', b'F', b'I', b'F', 0, 1];
        let key = |name: &str, bytes: &[u8]| recognised(name, bytes).map_err(|m| m.key.to_string());
        assert_eq!(key("Ảnh.JPG", &jpeg), Ok(Format::Jpeg));
        assert_eq!(key("a.png", &jpeg), Err("error-attachment-mismatch".into()));
        assert_eq!(key("a.docx", &jpeg), Err("error-attachment-type".into()));
        assert_eq!(key("a", &jpeg), Err("error-attachment-type".into()));
        assert_eq!(key("a.jpg", b"<html><body>"), Err("error-attachment-type".into()));
        assert_eq!(key("a.pdf", b"%PDF-1.7\n"), Ok(Format::Pdf));
        assert_eq!(key("a.mp3", b"ID3\x04\0\0\0\0\0\0"), Ok(Format::Mp3));
        let film = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom";
        assert_eq!(key("a.mp4", film), Ok(Format::Mp4));
        assert_eq!(key("a.m4a", film), Ok(Format::M4a), "as some telephones record");
        assert_eq!(key("a.jpg", film), Err("error-attachment-mismatch".into()));
        assert_eq!(key("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"), Ok(Format::Heic));
    }

    #[test]
    fn a_copy_is_named_after_its_format() {
        assert_eq!(Format::Jpeg.named("trang 1.webp"), "trang 1.jpg");
        assert_eq!(Format::Jpeg.named("trang 1.JPEG"), "trang 1.JPEG");
        assert_eq!(Format::Png.named("trang"), "trang.png");
    }
}
