//! The service's image: a static binary, packed by our own crate, without an engine. `cargo xtask service-image`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use start_points::Time;
use start_points_oci::{
    Cancel, Digest, Healthcheck, Image, ImageConfig, Layer, LayerFile, LayerFiles, Platform, REVISION_LABEL,
    RunConfig, TITLE_LABEL, layout,
};

use crate::shell::{self, cargo, output, program};
use crate::tools;

/// Nobody, by number: what must not run as root looks at the number alone.
const NOBODY: &str = "65534:65534";
const PASSWD: &str = "root:x:0:0:root:/:/sbin/nologin\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n";
const GROUP: &str = "root:x:0:\nnogroup:x:65534:\n";

/// Whom registries' certificates are believed by, as Debian has it.
const AUTHORITIES: &str = "/etc/ssl/certs/ca-certificates.crt";

/// What was made.
pub struct Made {
    pub digest: Digest,
    /// The bytes of the binary, and of the layer that it lies in.
    pub binary: u64,
    pub layer: u64,
}

/// Builds the binary and writes the image as a layout; says what it weighs.
pub fn run(place: &str) -> Result<()> {
    let folder = place.strip_prefix("oci:").context("write `oci:PATH`")?;
    let made = make(Path::new(folder), &binary("release")?, &[])?;
    println!(
        "{place}: {}, binary {:.1} MB, image {:.1} MB",
        made.digest,
        made.binary as f64 / 1e6,
        made.layer as f64 / 1e6
    );
    Ok(())
}

/// The image of a binary, with the libraries that it is linked to.
pub fn make(folder: &Path, binary: &Path, libraries: &[PathBuf]) -> Result<Made> {
    let bytes = fs::read(binary)?;
    let binary = bytes.len() as u64;
    let mut files = LayerFiles::from([
        ("usr/bin/start-points".to_owned(), LayerFile { bytes, executable: true }),
        ("etc/passwd".to_owned(), LayerFile::plain(PASSWD)),
        ("etc/group".to_owned(), LayerFile::plain(GROUP)),
    ]);
    for library in libraries {
        let file = LayerFile { bytes: fs::read(library)?, executable: true };
        files.insert(library.display().to_string().trim_start_matches('/').to_owned(), file);
    }
    match fs::read(AUTHORITIES) {
        Ok(bytes) => {
            drop(files.insert(AUTHORITIES.trim_start_matches('/').to_owned(), LayerFile::plain(bytes)))
        }
        Err(_) => println!("no {AUTHORITIES}: the image cannot serve a catalogue that is in a registry"),
    }
    let layer = Layer::pack(&files)?;
    let image = Image::new(std::slice::from_ref(&layer), &facts()?)?;
    layout::write(folder, "latest", &image, None, &Cancel::default())?;
    Ok(Made { digest: image.descriptor().digest.clone(), binary, layer: layer.descriptor().size })
}

/// The same commit is the same image.
fn facts() -> Result<ImageConfig> {
    let git = |arguments: &[&str]| {
        Ok::<_, anyhow::Error>(output(program("git").args(arguments))?.trim().to_owned())
    };
    let created: u64 = git(&["log", "-1", "--format=%ct"])?.parse()?;
    let platform =
        Platform { architecture: architecture().to_owned(), os: "linux".to_owned(), variant: None };
    let probe = Healthcheck {
        command: ["/usr/bin/start-points", "probe"].map(str::to_owned).to_vec(),
        interval: Duration::from_secs(1),
        timeout: Duration::from_secs(2),
        // Whatever kills what is not well must not kill what waits for its images.
        start: Duration::from_secs(60 * 60),
        retries: 5,
    };
    let run = RunConfig {
        platform,
        program: ["/usr/bin/start-points", "serve"].map(str::to_owned).to_vec(),
        user: NOBODY.to_owned(),
        folder: "/".to_owned(),
        environment: BTreeMap::from([("PATH".to_owned(), "/usr/bin".to_owned())]),
        healthcheck: Some(probe),
    };
    let facts = ImageConfig::new(Time::from_unix(created)).label(TITLE_LABEL, "start-points").runs(run);
    let is_committed = git(&["status", "--porcelain"])?.is_empty();
    Ok(if is_committed { facts.label(REVISION_LABEL, &git(&["rev-parse", "HEAD"])?) } else { facts })
}

/// Builds the command for musl, as the image has it: it needs nothing beside it.
pub fn binary(profile: &str) -> Result<PathBuf> {
    let target = format!("{}-unknown-linux-musl", std::env::consts::ARCH);
    let installed = output(program("rustup").args(["target", "list", "--installed"]));
    if !installed.is_ok_and(|targets| targets.lines().any(|line| line == target)) {
        shell::run(program("rustup").args(["target", "add", &target]))
            .with_context(|| format!("the service's image needs Rust's {target}"))?;
    }
    tools::debian("musl-gcc", "musl-tools")?;
    shell::run(&mut cargo(&[
        "build",
        "--quiet",
        "--locked",
        "--package",
        "start-points-cli",
        "--target",
        &target,
        "--profile",
        profile,
        // It is stripped.
        "--config",
        "profile.dev.debug=0",
    ]))?;
    let folder = tools::target().join(target).join(if profile == "dev" { "debug" } else { profile });
    strip(&folder.join("start-points"))
}

/// Copies a binary without its symbols.
pub fn strip(binary: &Path) -> Result<PathBuf> {
    let stripped = binary.with_extension("stripped");
    shell::run(program("strip").arg("-o").arg(&stripped).arg(binary))?;
    Ok(stripped)
}

/// This machine's, as images call it.
fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}
