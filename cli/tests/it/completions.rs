//! Completions, typed into the shells themselves: each on a terminal of its own, a tab and then Enter.
//!
//! Bash must be there. Of zsh and fish a machine may have neither: a test prints that it was skipped.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::run::run_in;

/// What is typed, with a `→` for each tab, and the arguments that the command then gets.
const TYPED: [(&str, &str); 21] = [
    ("expl→ no-final→", "explain no-final-newline"),
    ("explain missing-fi→", "explain missing-file"),
    ("explain floating-b→", "explain floating-base-image"),
    ("explain unfetched→", "explain unfetched-repository"),
    ("schema docker→", "schema docker-image-name"),
    ("schema languages.d→", "schema languages.derived"),
    ("new exer→", "new exercises"),
    ("check --error→", "check --error-on-warnings"),
    ("check --kind lang→", "check --kind languages"),
    ("check --kind=cus→", "check --kind=custom"),
    ("check --dialect pin→", "check --dialect pinned"),
    ("check --format git→", "check --format github"),
    ("check --quiet --dialect der→ --kind ex→", "check --quiet --dialect derived --kind exercises"),
    ("check --level no-final→off", "check --level no-final-newline=off"),
    ("check --level missing-file=w→", "check --level missing-file=warning"),
    ("check --level=unnamed-file=i→", "check --level=unnamed-file=info"),
    ("create x --level unfetched-repository=e→", "create x --level unfetched-repository=error"),
    ("image-n→ --dialect pin→", "image-name --dialect pinned"),
    ("image pack --dialect=der→", "image pack --dialect=derived"),
    ("urls upd→ --pi→", "urls update --pin"),
    ("gate --level later-tag=d→", "gate --level later-tag=deny"),
];

/// A shell that waits for what is typed; the command is a function that prints its arguments.
struct Session {
    script: Child,
    keys: ChildStdin,
    shown: Receiver<Vec<u8>>,
}

impl Session {
    fn new(folder: &Path, shell: &str) -> Self {
        let mut script = Command::new("script");
        script.args(["--quiet", "--command", shell, "/dev/null"]).current_dir(folder);
        script.env("HOME", folder).env("XDG_CONFIG_HOME", folder).env("ZDOTDIR", folder).env("TERM", "xterm");
        // Wide enough that no line is wrapped or cut.
        script.env("COLUMNS", "400").env("LINES", "50").stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut script = script.spawn().expect("script runs");
        let keys = script.stdin.take().expect("a pipe");
        let mut output = script.stdout.take().expect("a pipe");
        let (sender, shown) = channel();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = output.read(&mut buffer) {
                if sender.send(buffer[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self { script, keys, shown }
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).expect("the shell reads");
        self.keys.flush().expect("the shell reads");
    }

    /// What is shown until `mark` is, or until nothing has come for long.
    fn until(&mut self, mark: &str) -> String {
        let (mut shown, end) = (Vec::new(), Instant::now() + Duration::from_secs(30));
        while let Ok(more) = self.shown.recv_timeout(end.saturating_duration_since(Instant::now())) {
            shown.extend(more);
            if String::from_utf8_lossy(&shown).contains(mark) {
                break;
            }
        }
        String::from_utf8_lossy(&shown).into_owned()
    }

    /// What is shown until nothing more comes for a moment.
    fn pause(&mut self) {
        while self.shown.recv_timeout(Duration::from_millis(300)).is_ok() {}
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.script.kill();
        let _ = self.script.wait();
    }
}

fn completes(shell: &str, file: &str, setup: &str, start: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let script = run_in(folder.path(), &["completions", shell]).stdout;
    fs::write(folder.path().join("completions"), script).expect("a file");
    fs::write(folder.path().join(file), setup).expect("a file");
    let mut session = Session::new(folder.path(), start);
    let begun = session.until("READY");
    assert!(begun.contains("READY"), "{shell}: {begun}");
    session.pause();
    for (typed, wanted) in TYPED {
        session.press("start-points ");
        let mut parts = typed.split('→').peekable();
        while let Some(part) = parts.next() {
            // A space after a completed word is the shell's own.
            session.press(part.strip_prefix(' ').unwrap_or(part));
            if parts.peek().is_some() {
                session.press("\t");
                session.pause();
            }
        }
        session.press("\r");
        let shown = session.until("]]");
        let got = shown.split("[[").nth(1).and_then(|rest| rest.split("]]").next());
        assert_eq!(got.map(str::trim_end), Some(wanted), "{shell}: {typed}\n{shown}");
        session.pause();
    }
}

fn is_there(shell: &str) -> bool {
    let found = Command::new(shell).arg("-c").arg(":").status().is_ok_and(|status| status.success());
    if !found {
        eprintln!("skipped: {shell} is not on this machine");
    }
    found
}

#[test]
fn bash_completes() {
    assert!(is_there("bash"));
    let setup = "start-points() { echo \"[[$*\"\"]\"]; }\nPS1='> '\nbind 'set enable-bracketed-paste off'\n\
                 source ./completions\necho REA\"\"DY\n";
    completes("bash", "bashrc", setup, "bash --noprofile --rcfile bashrc -i");
}

#[test]
fn zsh_completes() {
    if is_there("zsh") {
        let setup = "start-points() { print -r -- \"[[$*\"\"]\"] }\nPS1='> '\nunset zle_bracketed_paste\nautoload -Uz compinit\n\
                     compinit -u\nsource ./completions\nprint REA\"\"DY\n";
        completes("zsh", ".zshrc", setup, "zsh -i");
    }
}

#[test]
fn fish_completes() {
    if is_there("fish") {
        let setup = "function start-points; echo \"[[$argv\"\"]\"]; end\nfunction fish_prompt; echo '> '; end\n\
                     set -g fish_autosuggestion_enabled 0\nsource ./completions\necho REA\"\"DY\n";
        completes("fish", "setup.fish", setup, "fish --private --init-command 'source setup.fish'");
    }
}

/// Of these shells `clap_complete` completes commands and flags; nobody here runs them.
#[test]
fn elvish_and_powershell_have_every_command_and_flag() {
    let folder = tempfile::tempdir().expect("a folder");
    for shell in ["elvish", "powershell"] {
        let script = run_in(folder.path(), &["completions", shell]).stdout;
        for word in ["explain", "image-name", "outdated", "--error-on-warnings", "--dialect", "--level"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
}
