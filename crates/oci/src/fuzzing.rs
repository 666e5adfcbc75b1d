//! Assertions of the fuzz targets in `fuzz/`; tests run them on the targets' seeds. Here: layers stay within bounds
//! and inside their folder, and read as others read them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write as _};

use flate2::Compression;
use flate2::write::GzEncoder;
use tar::{Archive, Builder, EntryType, Header};

use crate::config::{self, ConfigDocument, ImageConfig};
use crate::digest::Digest;
use crate::error::OciErrorKind;
use crate::image_reader::{BlobSource, ImageReader};
use crate::layer_stack::ImageContents;
use crate::limits::OciLimits;
use crate::manifest::{Blob, Descriptor, Manifest, MediaType};
use crate::path;
use crate::tar_reader::{self, TarLink};

/// The parts of an input, one after a line `===` each.
pub(crate) fn parts(input: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    let mut rest = input;
    while let Some(at) = rest.windows(4).position(|window| window == b"===\n") {
        let (part, after) = rest.split_at(at);
        parts.push(part);
        rest = after.get(4..).unwrap_or_default();
    }
    parts.push(rest);
    parts
}

/// The message about bad input is on one line, harmless to terminals, and blames the input.
pub(crate) fn refusal(cause: &OciErrorKind) {
    let message = cause.to_string();
    assert!(!message.contains(char::is_control), "{message:?}");
    assert!(!matches!(cause, OciErrorKind::Io(_)), "bad input is not a local I/O error: {message}");
}

const FOLDER: &str = "app";
const MAX_LAYERS: usize = 4;

/// Where a header has its checksum, and its size.
const CHECKSUM: std::ops::Range<usize> = 148..156;
const SIZE: std::ops::Range<usize> = 124..136;
const BLOCK: usize = 512;

/// Reads layers one over the other. The first byte says what the parts after it are: `r` archives whose checksums are
/// put right first, `e` their entries in lines, `z` what is to be unpacked.
pub fn layers(input: &[u8]) {
    let Some((form, rest)) = input.split_first() else { return };
    let mut layers: Vec<Vec<u8>> = match form {
        b'r' => parts(rest).into_iter().map(with_checksums).collect(),
        b'e' => parts(rest).into_iter().map(of_lines).collect(),
        _ => return zipped(rest),
    };
    layers.truncate(MAX_LAYERS);
    layers.iter().for_each(|layer| second_reading(layer));
    let image = image(&layers, MediaType::LAYER, limits());
    let (whole, below) = (image.files(""), image.files(FOLDER));
    for result in [&whole, &below] {
        match result {
            Ok(contents) => bounds(contents),
            Err(error) => refusal(error.kind()),
        }
    }
    if let (Ok(whole), Ok(below)) = (whole, below) {
        same_below(&whole, &below);
    }
}

/// A layer as it is sent, which may unpack to anything.
fn zipped(raw: &[u8]) {
    let mut tar = Vec::new();
    let unpacked = flate2::read::MultiGzDecoder::new(raw).take(1 << 20).read_to_end(&mut tar);
    for media_type in [MediaType::LAYER_GZIP, MediaType::LAYER_ZSTD] {
        let layer = Blob::new(media_type, raw.to_vec());
        match packed(vec![layer], &[Digest::of(&tar)], limits()).files("") {
            Ok(contents) => {
                assert!(unpacked.is_ok() && media_type == MediaType::LAYER_GZIP);
                bounds(&contents);
                assert_eq!(image(&[tar.clone()], MediaType::LAYER, limits()).files(""), Ok(contents));
            }
            Err(error) => refusal(error.kind()),
        }
    }
}

fn limits() -> OciLimits {
    OciLimits {
        document_bytes: 1 << 16,
        layer_bytes: 1 << 20,
        unpacked_bytes: 1 << 16,
        layers: MAX_LAYERS,
        entries: 64,
        path_bytes: 300,
        file_bytes: 1 << 9,
        total_bytes: 1 << 12,
        ..OciLimits::default()
    }
}

fn bounds(contents: &ImageContents) {
    let ImageContents { files, executable, oversized, links, irregular } = contents;
    let limits = limits();
    let all: Vec<&String> =
        files.keys().chain(oversized.keys()).chain(links.keys()).chain(irregular.keys()).collect();
    let paths: BTreeSet<&str> = all.iter().map(|path| path.as_str()).collect();
    assert!(paths.len() == all.len() && all.len() <= limits.entries, "{contents:?}");
    for path in all.iter().copied().chain(links.values()) {
        assert_eq!(path::check(path), Ok(()));
        assert!(!path::parents(path).any(|folder| paths.contains(folder)), "`{path}` is in a file");
    }
    for target in links.values() {
        assert!(files.contains_key(target) || oversized.contains_key(target), "`{target}` is not a file");
    }
    assert!(executable.iter().all(|path| files.contains_key(path)));
    assert!(oversized.values().all(|size| *size > limits.file_bytes));
    assert!(files.values().all(|bytes| bytes.len() as u64 <= limits.file_bytes));
    let names = all.into_iter().chain(links.values()).map(String::len);
    let total: usize = files.values().map(Vec::len).chain(names).sum();
    assert!(total as u64 <= limits.total_bytes, "{total} bytes are kept");
}

/// What is read below a folder is what is read there of the whole.
fn same_below(whole: &ImageContents, below: &ImageContents) {
    let inside = |path: &str| path.strip_prefix(FOLDER)?.strip_prefix('/').map(str::to_owned);
    let regular = |contents: &ImageContents, strip: &dyn Fn(&str) -> Option<String>| -> BTreeMap<_, _> {
        let file = |(path, bytes): (&String, &Vec<u8>)| {
            Some((strip(path)?, (Some(bytes.clone()), contents.executable.contains(path))))
        };
        let files = contents.files.iter().filter_map(file);
        let oversized = contents.oversized.keys().filter_map(|path| Some((strip(path)?, (None, false))));
        files.chain(oversized).collect()
    };
    let mut expected = regular(whole, &inside);
    // A hard link to a file outside of the folder has no content there.
    expected.retain(|path, _| !below.irregular.contains_key(path));
    assert_eq!(regular(below, &|path| Some(path.to_owned())), expected);
}

/// The tar crate puts names together by itself: of every entry it says the same.
fn second_reading(layer: &[u8]) {
    let mut ours = Vec::new();
    let read = tar_reader::each_entry(layer, 300, |entry| {
        ours.push((entry.path.clone(), entry.size, entry.is_regular, entry.is_folder, entry.link.clone()));
        Ok(())
    });
    if read.is_err() {
        return;
    }
    let mut theirs = Vec::new();
    for entry in Archive::new(layer).entries().into_iter().flatten() {
        let Ok(entry) = entry else { break };
        let kind = entry.header().entry_type();
        if kind == EntryType::XGlobalHeader {
            continue;
        }
        let leads_to = entry.link_name_bytes().unwrap_or_default().into_owned();
        let link = match kind {
            EntryType::Link => TarLink::Hard(leads_to),
            EntryType::Symlink => TarLink::Symbolic(leads_to),
            _ => TarLink::None,
        };
        let is_regular = matches!(kind, EntryType::Regular | EntryType::Continuous);
        let is_folder = kind == EntryType::Directory;
        let mut path = entry.path_bytes().into_owned();
        path.truncate(path.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1));
        theirs.push((path, entry.size(), is_regular, is_folder, link));
    }
    assert_eq!(ours, theirs);
}

/// The archive with the checksum that each of its headers should have, or no change would get past the first.
fn with_checksums(tar: &[u8]) -> Vec<u8> {
    let mut tar = tar.to_vec();
    let mut at = 0;
    while let Some(header) = tar.get_mut(at..at + BLOCK) {
        if header.iter().any(|byte| *byte != 0) {
            let plain = header.iter().enumerate().filter(|(at, _)| !CHECKSUM.contains(at));
            let sum: u32 = plain.map(|(_, byte)| u32::from(*byte)).sum::<u32>() + 8 * u32::from(b' ');
            if let Some(field) = header.get_mut(CHECKSUM) {
                field.copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
            }
        }
        let digits = header.get(SIZE).unwrap_or_default();
        let digits = digits.iter().take_while(|byte| byte.is_ascii_digit()).map(|byte| char::from(*byte));
        let size = usize::from_str_radix(&digits.collect::<String>(), 8).unwrap_or_default();
        at = at.saturating_add(BLOCK).saturating_add(size.min(1 << 20).next_multiple_of(BLOCK));
    }
    tar
}

/// An archive of entries in lines: `TYPE NAME CONTENT`, where the content of a link is where it leads.
fn of_lines(lines: &[u8]) -> Vec<u8> {
    let mut archive = Builder::new(Vec::new());
    for line in lines.split(|byte| *byte == b'\n').take(64) {
        let mut words = line.splitn(3, |byte| *byte == b' ');
        let Some([kind]) = words.next() else { continue };
        let (name, content) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let mut header = if name.len() % 2 == 0 { Header::new_gnu() } else { Header::new_ustar() };
        let old = header.as_old_mut();
        old.name.iter_mut().zip(name).for_each(|(to, from)| *to = *from);
        let is_link = matches!(kind, b'1' | b'2');
        if is_link {
            old.linkname.iter_mut().zip(content).for_each(|(to, from)| *to = *from);
        }
        let content = if is_link { b"" } else { content };
        let record = match kind {
            // The length of a line of an extended header counts itself.
            b'x' | b'g' => format!("{:03} ", content.len() + 5).into_bytes(),
            _ => Vec::new(),
        };
        let end: &[u8] = if record.is_empty() { b"" } else { b"\n" };
        let content = [record.as_slice(), content, end].concat();
        header.set_entry_type(EntryType::new(*kind));
        header.set_size(content.len() as u64);
        header.set_mode(if content.starts_with(b"#!") { 0o755 } else { 0o644 });
        header.set_cksum();
        // Into memory nothing fails.
        drop(archive.append(&header, content.as_slice()));
    }
    archive.into_inner().unwrap_or_default()
}

/// Blobs by their digest.
pub(crate) struct Memory(pub(crate) Vec<Blob>);

impl BlobSource for Memory {
    fn open(&self, part: &Descriptor) -> Result<Box<dyn Read + '_>, OciErrorKind> {
        let found = self.0.iter().find(|blob| blob.descriptor.digest == part.digest);
        Ok(Box::new(found.ok_or_else(|| OciErrorKind::NoBlob(part.digest.clone()))?.bytes.as_slice()))
    }
}

/// An image of these archives, kept in memory.
pub(crate) fn image(layers: &[Vec<u8>], media_type: &str, limits: OciLimits) -> ImageReader {
    let diff_ids: Vec<_> = layers.iter().map(|tar| Digest::of(tar)).collect();
    let blob = |tar: &Vec<u8>| {
        Blob::new(media_type, if media_type == MediaType::LAYER { tar.clone() } else { gzip(tar) })
    };
    packed(layers.iter().map(blob).collect(), &diff_ids, limits)
}

fn gzip(tar: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(tar).and_then(|()| gzip.finish()).unwrap_or_default()
}

fn packed(layers: Vec<Blob>, diff_ids: &[Digest], limits: OciLimits) -> ImageReader {
    let listed = layers.iter().map(|blob| blob.descriptor.clone()).collect();
    let config = config::write(&ImageConfig::default(), None, diff_ids).unwrap_or_default();
    assert!(ConfigDocument::parse(&config).is_ok());
    described(config, listed, layers, limits)
}

/// An image of a configuration that may be anything.
pub(crate) fn described(
    config: Vec<u8>,
    listed: Vec<Descriptor>,
    mut blobs: Vec<Blob>,
    limits: OciLimits,
) -> ImageReader {
    let config = Blob::new(MediaType::CONFIG, config);
    let manifest = Manifest::new(config.descriptor.clone(), listed).write().unwrap_or_default();
    blobs.push(config);
    ImageReader::new(
        "it".to_owned(),
        Blob::new(MediaType::MANIFEST, manifest),
        limits,
        Box::new(Memory(blobs)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_hold() {
        start_points_testing::fuzz_inputs("layers").iter().for_each(|input| layers(input));
    }
}
