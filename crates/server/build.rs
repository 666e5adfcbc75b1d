//! Lists the files of the set-up page, if `web/dist` was built, so that they become part of the binary.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let page = Path::new("../../web/dist");
    let mut files = Vec::new();
    if page.join("index.html").is_file() {
        println!("cargo::rerun-if-changed={}", page.display());
        list(page, &mut files)?;
    } else {
        // Cargo cannot watch a missing folder: it would rerun this script each time.
        // https://doc.rust-lang.org/cargo/reference/build-scripts.html#rerun-if-changed
        println!("cargo::rerun-if-changed={}", page.parent().unwrap_or(page).display());
    }
    files.sort();
    let mut table = String::from("&[\n");
    for file in files {
        let name = file.strip_prefix(page).map_err(io::Error::other)?.display().to_string();
        let path = fs::canonicalize(&file)?.display().to_string();
        table += &format!("({:?}, include_bytes!({path:?}).as_slice()),\n", name.replace('\\', "/"));
    }
    table += "]";
    let out = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("no OUT_DIR"))?;
    fs::write(Path::new(&out).join("page.rs"), table)
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            list(&entry.path(), files)?;
        } else {
            files.push(entry.path());
        }
    }
    Ok(())
}
