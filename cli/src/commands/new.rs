//! `new`: a new start-point that passes, to begin from.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use serde_json::json;
use start_points::Kind;

use crate::arguments::kind_parser;
use crate::disk;
use crate::error::{CliError, CommandOutcome};
use crate::output::eprint_line;

/// Arguments of `new`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  start-points new languages ./python-pytest
  start-points new exercises ./my-exercises --name \"Fizz Buzz\"")]
pub(crate) struct NewArguments {
    /// languages, exercises or custom
    #[arg(value_parser = kind_parser(), hide_possible_values = true)]
    pub kind: Kind,
    /// The repository to create; must not exist, or be empty
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// The display name
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
}

pub(crate) fn run(arguments: &NewArguments) -> Result<CommandOutcome, CliError> {
    let folder = &arguments.folder;
    let occupied = match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_some(),
        Err(_) => folder.symlink_metadata().is_ok(),
    };
    if occupied {
        return Err(CliError::with_hint(
            format!("`{}` already exists", disk::shown(folder)),
            "use a new or an empty folder",
        ));
    }
    let files = match arguments.kind {
        Kind::Languages => languages(arguments.name.as_deref().unwrap_or("Bash 5.2, plain")),
        Kind::Exercises => exercises(arguments.name.as_deref().unwrap_or("Fizz Buzz")),
        Kind::Custom => custom(arguments.name.as_deref().unwrap_or("Tennis, Bash")),
    };
    write_all(folder, &files)?;
    for (path, _) in &files {
        eprint_line(&format!("wrote {}", disk::shown(&folder.join(path))))?;
    }
    eprint_line(&format!("next: edit them, then `start-points check {}`", disk::shown(folder)))?;
    Ok(CommandOutcome::Clean)
}

/// Builds the repository beside its place and moves it there: all of it or nothing.
fn write_all(folder: &Path, files: &[(String, String)]) -> anyhow::Result<()> {
    let absolute = std::path::absolute(folder)?;
    let parent = absolute.parent().context("the root folder already exists")?;
    fs::create_dir_all(parent).with_context(|| format!("cannot create `{}`", disk::shown(parent)))?;
    let draft = tempfile::Builder::new().prefix(".start-points-").tempdir_in(parent)?;
    for (path, text) in files {
        start_points_io::write_file(&draft.path().join(path), text.as_bytes())
            .with_context(|| format!("cannot write `{}`", disk::shown(&folder.join(path))))?;
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(draft.path(), fs::Permissions::from_mode(0o755))?;
    }
    // An empty folder in its place is replaced; one that has filled since is not.
    fs::rename(draft.path(), &absolute)
        .with_context(|| format!("cannot create `{}`", disk::shown(folder)))?;
    let _ = draft.keep();
    Ok(())
}

const CYBER_DOJO_SH: &str = "# The script that runs the tests.\nset -e\n\nbash ./test_hiker.sh\n";
const HIKER_SH: &str = "answer()\n{\n  echo $((6 * 9))\n}\n";
const TEST_HIKER_SH: &str = "source ./hiker.sh\n\nif [ \"$(answer)\" == 42 ]; then\n  echo PASSED\nelse\n  echo FAILED\n  exit 1\nfi\n";

fn languages(name: &str) -> Vec<(String, String)> {
    let manifest = json!({
        "display_name": name,
        "visible_filenames": ["test_hiker.sh", "hiker.sh", "cyber-dojo.sh"],
        "filename_extension": [".sh"],
        "tab_size": 2,
        "max_seconds": 10,
    });
    let image = json!({ "image_name": "example/bash_plain" });
    vec![
        ("start_point/manifest.json".into(), ordered(&manifest)),
        ("start_point/test_hiker.sh".into(), TEST_HIKER_SH.into()),
        ("start_point/hiker.sh".into(), HIKER_SH.into()),
        ("start_point/cyber-dojo.sh".into(), CYBER_DOJO_SH.into()),
        ("docker/image_name.json".into(), ordered(&image)),
        ("docker/Dockerfile".into(), "FROM alpine:3.20\n\nRUN apk add --no-cache bash\n".into()),
    ]
}

fn exercises(name: &str) -> Vec<(String, String)> {
    let folder = format!("start-points/{}", file_name(name));
    let manifest = json!({ "display_name": name, "visible_filenames": ["readme.txt"] });
    vec![
        (format!("{folder}/manifest.json"), ordered(&manifest)),
        (format!("{folder}/readme.txt"), format!("{name}\n\nDescribe the exercise here.\n")),
    ]
}

fn custom(name: &str) -> Vec<(String, String)> {
    let (group, own) = name.split_once(", ").unwrap_or((name, "Round1"));
    let folder = format!("start-points/{}/{}", file_name(group), file_name(own));
    let manifest = json!({
        "display_name": name,
        "image_name": "example/bash_plain:4edf92a",
        "visible_filenames": ["readme.txt", "test_hiker.sh", "hiker.sh", "cyber-dojo.sh"],
        "filename_extension": [".sh"],
        "tab_size": 2,
    });
    vec![
        (format!("{folder}/manifest.json"), ordered(&manifest)),
        (format!("{folder}/readme.txt"), format!("{name}\n\nDescribe what to do with the code.\n")),
        (format!("{folder}/test_hiker.sh"), TEST_HIKER_SH.into()),
        (format!("{folder}/hiker.sh"), HIKER_SH.into()),
        (format!("{folder}/cyber-dojo.sh"), CYBER_DOJO_SH.into()),
    ]
}

/// A manifest with its keys in the order of the docs, whatever order the JSON library keeps.
fn ordered(manifest: &serde_json::Value) -> String {
    let known = start_points::keys::KEYS.iter();
    let members = known.filter_map(|key| Some(format!("  \"{key}\": {}", spaced(manifest.get(key)?))));
    format!("{{\n{}\n}}\n", members.collect::<Vec<_>>().join(",\n"))
}

/// Arrays on one line, with a space after each comma.
fn spaced(value: &serde_json::Value) -> String {
    match value.as_array() {
        Some(entries) => {
            format!("[{}]", entries.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
        }
        None => value.to_string(),
    }
}

/// A name as a folder: portable characters only.
fn file_name(name: &str) -> String {
    let portable = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-') { c } else { '_' };
    let name: String = name.trim().chars().map(portable).collect();
    match name.trim_start_matches(['.', '-']) {
        "" => "Untitled".to_owned(),
        name => name.to_owned(),
    }
}
