//! The npm package: `cargo xtask wasm` builds it, the test step `wasm` tests what was built.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context as _, Result, ensure};
use start_points::RULES;

use crate::npm;
use crate::shell::{self, cargo, output, program};
use crate::test::count::Count;
use crate::{repository, tools};

const TARGET: &str = "wasm32-unknown-unknown";

/// The scripts of `wasm/npm/tests/`; each ends with `N passed, N failed`.
const TESTS: [&str; 6] =
    ["api.mjs", "conformance.mjs", "layouts.mjs", "gate.mjs", "browser.mjs", "package.mjs"];

/// Builds the package and says what it weighs.
pub fn run() -> Result<()> {
    build()?;
    check_sizes()
}

/// Builds and tests the package.
pub fn test() -> Result<Count> {
    build()?;
    npm::install_chromium()?;
    let mut total = Count { passed: 1, failed: 0 };
    if let Err(error) = check_sizes() {
        println!("{error}");
        total = Count { passed: 0, failed: 1 };
    }
    let layouts = crate::layouts::write()?;
    for script in TESTS {
        println!("-- {script}");
        let count = npm::test(node(script).env("LAYOUTS", &layouts))?;
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

/// A module of the engine: its crate, and what its files are called in the package.
struct Module {
    package: &'static str,
    name: &'static str,
    /// The script with which a page begins that uses it.
    entry: &'static str,
    /// The most bytes that a page loads of it: the module, and all JavaScript as a bundler writes it, each after
    /// `gzip -9`.
    most: usize,
}

const MODULES: [Module; 2] = [
    Module { package: "start-points-wasm", name: "start_points", entry: "src/index.js", most: 150_000 },
    Module {
        package: "start-points-wasm-gate",
        name: "start_points_gate",
        entry: "src/gate.js",
        most: 56_000,
    },
];

impl Module {
    /// Where cargo puts it.
    fn built(&self) -> PathBuf {
        let file = format!("{}.wasm", self.package.replace('-', "_"));
        tools::target().join(TARGET).join("wasm").join(file)
    }

    /// From which of them the package's was made.
    fn origin(&self) -> PathBuf {
        tools::target().join("npm").join(format!("{}.from.wasm", self.name))
    }

    fn is_made(&self) -> Result<bool> {
        let wasm = package().join("dist").join(format!("{}_bg.wasm", self.name));
        Ok(wasm.is_file() && fs::read(self.origin())? == fs::read(self.built())?)
    }

    fn make(&self) -> Result<()> {
        let made = tools::target().join("npm");
        let mut bindgen = cargo(&["run", "--quiet", "--locked", "--package=start-points-bindgen", "--"]);
        shell::run(bindgen.arg(self.built()).arg(self.name).arg(&made))?;
        let wasm = format!("{}_bg.wasm", self.name);
        let mut optimise = program(package().join("node_modules/.bin/wasm-opt"));
        optimise.args(["-Oz", "--converge", "--zero-filled-memory"]).arg(made.join(&wasm));
        shell::run(optimise.arg("-o").arg(package().join("dist").join(&wasm)))?;
        let glue = format!("{}.js", self.name);
        copy(&made.join(&glue), &package().join("dist").join(&glue))?;
        copy(&self.built(), &self.origin())
    }
}

/// Makes `wasm/npm/dist/`: the modules, their glue, the rules' pages and the schemas.
pub fn build() -> Result<()> {
    add_target()?;
    npm::install(&package())?;
    let mut build = cargo(&["build", "--quiet", "--locked", "--profile=wasm"]);
    build.args(MODULES.map(|module| format!("--package={}", module.package)));
    shell::run(build.args(["--target", TARGET, "--config"]).arg(without_paths()?))?;
    let dist = package().join("dist");
    if !MODULES.iter().all(|module| module.is_made().unwrap_or(false)) {
        let _ = fs::remove_dir_all(&dist);
        fs::create_dir_all(dist.join("schemas"))?;
        MODULES.iter().try_for_each(Module::make)?;
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
fn check_sizes() -> Result<()> {
    let mut faults = Vec::new();
    for Module { name, entry, most, .. } in &MODULES {
        let bundle = tools::target().join("npm").join(format!("{name}.bundle.js"));
        let mut bundler = program(package().join("node_modules/.bin/rolldown"));
        let arguments = ["--format=esm", "--minify", "--external=../dist/pages.js", "--file"];
        output(bundler.current_dir(package()).arg(entry).args(arguments).arg(&bundle))?;
        let module = compressed(&package().join(format!("dist/{name}_bg.wasm")))?;
        let glue = compressed(&package().join(format!("dist/{name}.js")))?;
        let scripts = compressed(&bundle)?;
        let bytes = module + glue.max(scripts);
        println!(
            "after gzip: {name}_bg.wasm {module} bytes, its glue as it is {glue}, all JavaScript bundled {scripts}; \
             a page loads {bytes}"
        );
        if bytes > *most {
            faults.push(format!("{name}: {bytes} bytes are more than {most}"));
        }
    }
    ensure!(faults.is_empty(), "{}", faults.join("; "));
    Ok(())
}

fn compressed(path: &Path) -> Result<usize> {
    let mut gzip = program("gzip");
    let output = gzip.args(["-9", "--no-name", "--stdout"]).arg(path).output().context("cannot run gzip")?;
    ensure!(output.status.success(), "gzip failed on {}", path.display());
    Ok(output.stdout.len())
}
