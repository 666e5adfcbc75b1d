//! Dockerfiles: every place lies in the text, all is bounded, and what is read means the same written otherwise.

#![no_main]

use libfuzzer_sys::fuzz_target;
use start_points::dockerfile::{Dockerfile, DockerfileFaultKind};
use start_points::{ImageName, Span};

fuzz_target!(|bytes: &[u8]| {
    let dockerfile = Dockerfile::read(bytes);
    let Dockerfile { images, faults } = &dockerfile;
    assert!(images.len() <= 2_000 && faults.len() <= 2_001);
    let is_place = |span: Span| {
        span.start < span.end
            && span.end <= bytes.len()
            && std::str::from_utf8(bytes).map_or(true, |text| text.get(span.start..span.end).is_some())
    };
    for fault in faults {
        assert!(fault.span.is_none_or(is_place), "{fault:?}");
        let message = fault.kind.to_string();
        assert!(!message.contains(char::is_control) && message.len() < 2_000, "{message:?}");
        let _ = fault.kind.hint();
    }
    for base in images {
        assert!(is_place(base.span), "{base:?}");
        assert!(!base.image.is_empty() && base.image.len() <= 4 << 10);
        // An image without a fault is named as it is by a file of its own.
        if ImageName::parse(&base.image).is_ok() {
            let again = Dockerfile::read(format!("FROM {}\n", base.image).as_bytes());
            assert_eq!(again.faults, []);
            assert_eq!(again.images.first().map(|again| &again.image), Some(&base.image));
        }
    }
    let has_from = !faults.iter().any(|fault| fault.kind == DockerfileFaultKind::NoFrom);
    assert!(has_from || images.is_empty());
    written_otherwise(bytes, &dockerfile);
});

/// Lines may end in CR and LF, and comments may stand after what decides how the rest is read.
fn written_otherwise(bytes: &[u8], dockerfile: &Dockerfile) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if text.contains('\r') || text.len() > 4_096 {
        return;
    }
    let names = |dockerfile: &Dockerfile| -> Vec<String> {
        dockerfile.images.iter().map(|base| base.image.clone()).collect()
    };
    let crlf = Dockerfile::read(text.replace('\n', "\r\n").as_bytes());
    assert_eq!(names(&crlf), names(dockerfile));
    let kinds = |dockerfile: &Dockerfile| -> Vec<_> {
        dockerfile.faults.iter().map(|fault| fault.kind.clone()).collect()
    };
    assert_eq!(kinds(&crlf), kinds(dockerfile));
    if !text.ends_with('\n') {
        assert_eq!(names(&Dockerfile::read(format!("{text}\n# comment\n\n").as_bytes())), names(dockerfile));
    }
}
