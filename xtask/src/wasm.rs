//! The npm package: `cargo xtask wasm` builds it, the test step `wasm` tests what was built.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context as _, Result, bail, ensure};
use start_points::RULES;

use crate::npm;
use crate::shell::{self, cargo, output, program};
use crate::test::Count;
use crate::{repository, tools};

const TARGET: &str = "wasm32-unknown-unknown";

/// The most bytes that a page loads before it can check: the module, and all JavaScript as a bundler writes it, each
/// after `gzip -9`.
const MAX_BYTES: usize = 120_000;

/// The scripts of `wasm/npm/tests/`; each ends with `N passed, N failed`.
const TESTS: [&str; 4] = ["api.mjs", "conformance.mjs", "browser.mjs", "package.mjs"];

/// Builds the package and says what it weighs.
pub fn run() -> Result<()> {
    build()?;
    check_size()
}

/// Builds and tests the package.
pub fn test() -> Result<Count> {
    build()?;
    npm::install_chromium()?;
    let mut total = Count { passed: 1, failed: 0 };
    if let Err(error) = check_size() {
        println!("{error}");
        total = Count { passed: 0, failed: 1 };
    }
    for script in TESTS {
        println!("-- {script}");
        let count = npm::test(&mut node(script))?;
        total.passed += count.passed;
        total.failed += count.failed;
    }
    Ok(total)
}

/// Prints how fast the engine is in Chromium, beside ajv.
pub fn bench() -> Result<()> {
    build()?;
    npm::install_chromium()?;
    shell::run(node("bench.mjs").env_remove("NODE_OPTIONS"))
}

fn node(script: &str) -> std::process::Command {
    let mut node = program("node");
    node.arg(package().join("tests").join(script));
    node
}

fn package() -> PathBuf {
    repository::path("wasm/npm")
}

/// Makes `wasm/npm/dist/`: the module, its glue, the rules' pages and the schemas.
pub fn build() -> Result<()> {
    add_target()?;
    npm::install(&package())?;
    let mut build = cargo(&["build", "--quiet", "--locked", "--profile=wasm", "--package=start-points-wasm"]);
    shell::run(build.args(["--target", TARGET, "--config"]).arg(without_paths()?))?;
    let module = tools::target().join(TARGET).join("wasm/start_points_wasm.wasm");
    let made = tools::target().join("npm");
    let dist = package().join("dist");
    let is_made = || -> Result<bool> {
        Ok(dist.join("start_points_bg.wasm").is_file()
            && fs::read(made.join("from.wasm"))? == fs::read(&module)?)
    };
    if !is_made().unwrap_or(false) {
        let mut bindgen = cargo(&["run", "--quiet", "--locked", "--package=start-points-bindgen", "--"]);
        shell::run(bindgen.arg(&module).arg(&made))?;
        let _ = fs::remove_dir_all(&dist);
        fs::create_dir_all(dist.join("schemas"))?;
        let mut optimise = program(package().join("node_modules/.bin/wasm-opt"));
        optimise.args(["-Oz", "--converge", "--zero-filled-memory"]).arg(made.join("start_points_bg.wasm"));
        shell::run(optimise.arg("-o").arg(dist.join("start_points_bg.wasm")))?;
        copy(&made.join("start_points.js"), &dist.join("start_points.js"))?;
        copy(&module, &made.join("from.wasm"))?;
    }
    let pages: BTreeMap<_, _> = RULES.iter().map(|rule| (rule.id, rule.page())).collect();
    fs::write(dist.join("pages.js"), format!("export default {};\n", serde_json::to_string_pretty(&pages)?))?;
    for schema in fs::read_dir(repository::path("schemas"))? {
        let schema = schema?;
        let name = schema.file_name();
        if name.to_string_lossy().ends_with(".schema.json") {
            copy(&schema.path(), &dist.join("schemas").join(name))?;
        }
    }
    // npm packs a licence only from the package's own folder.
    copy(&repository::path("LICENSE"), &package().join("LICENSE"))
}

/// The configuration that keeps this machine's paths out of the messages of panics.
fn without_paths() -> Result<String> {
    let sysroot = output(program("rustc").args(["--print=sysroot"]))?;
    let home = env::var("CARGO_HOME").or_else(|_| env::var("HOME").map(|home| home + "/.cargo"))?;
    let flags = [(sysroot.trim(), "/rust"), (home.as_str(), "/cargo")];
    let flags = flags.map(|(from, to)| format!("'--remap-path-prefix={from}={to}'"));
    Ok(format!("target.{TARGET}.rustflags=[{}]", flags.join(", ")))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))?;
    Ok(())
}

fn add_target() -> Result<()> {
    let libraries = output(program("rustc").args(["--print=target-libdir", "--target", TARGET]))?;
    if Path::new(libraries.trim()).is_dir() {
        return Ok(());
    }
    shell::run(program("rustup").args(["target", "add", TARGET]))
        .context("wasm/README.md says what to do where rustup cannot reach its server")
}

/// Prints what a page loads, and fails where that is too much.
fn check_size() -> Result<()> {
    let bundle = tools::target().join("npm/bundle.js");
    let mut bundler = program(package().join("node_modules/.bin/rolldown"));
    bundler.current_dir(package()).args([
        "src/index.js",
        "--format=esm",
        "--minify",
        "--external=../dist/pages.js",
    ]);
    output(bundler.arg("--file").arg(&bundle))?;
    let module = compressed(&package().join("dist/start_points_bg.wasm"))?;
    let glue = compressed(&package().join("dist/start_points.js"))?;
    let scripts = compressed(&bundle)?;
    let bytes = module + glue.max(scripts);
    println!(
        "after gzip: start_points_bg.wasm {module} bytes, its glue as it is {glue}, all JavaScript bundled {scripts}; \
         a page loads {bytes}"
    );
    if bytes > MAX_BYTES {
        bail!("{bytes} bytes are more than {MAX_BYTES}");
    }
    Ok(())
}

fn compressed(path: &Path) -> Result<usize> {
    let mut gzip = program("gzip");
    let output = gzip.args(["-9", "--no-name", "--stdout"]).arg(path).output().context("cannot run gzip")?;
    ensure!(output.status.success(), "gzip failed on {}", path.display());
    Ok(output.stdout.len())
}
