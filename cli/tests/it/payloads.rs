//! Programs that leave a file behind when they run, and all the places where git documents that it runs one.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// Keys whose value is a program: `git help config`, and the pages that it includes.
const KEYS: &[&str] = &[
    "core.fsmonitor",
    "core.sshCommand",
    "core.editor",
    "core.pager",
    "core.askPass",
    "core.gitProxy",
    "core.alternateRefsCommand",
    "sequence.editor",
    "pager.status",
    "pager.add",
    "pager.config",
    "pager.show-ref",
    "pager.cat-file",
    "pager.remote",
    "pager.ls-files",
    "pager.rev-parse",
    "credential.helper",
    "credential.https://h.helper",
    "filter.cleaned.clean",
    "filter.cleaned.smudge",
    "filter.processed.process",
    "filter.needed.clean",
    "filter.needed.process",
    "filter.lfs.clean",
    "filter.lfs.smudge",
    "filter.lfs.process",
    "diff.external",
    "diff.x.command",
    "diff.x.textconv",
    "merge.x.driver",
    "mergetool.x.cmd",
    "mergetool.x.path",
    "difftool.x.cmd",
    "difftool.x.path",
    "browser.x.cmd",
    "browser.x.path",
    "man.x.cmd",
    "man.x.path",
    "web.browser",
    "instaweb.httpd",
    "instaweb.browser",
    "gpg.program",
    "gpg.openpgp.program",
    "gpg.x509.program",
    "gpg.ssh.program",
    "gpg.ssh.defaultKeyCommand",
    "remote.origin.uploadpack",
    "remote.origin.receivepack",
    "uploadpack.packObjectsHook",
    "interactive.diffFilter",
    "trailer.x.command",
    "trailer.x.cmd",
    "tar.x.command",
    "guitool.x.cmd",
    "imap.tunnel",
    "sendemail.smtpServer",
    "sendemail.sendmailCmd",
    "sendemail.toCmd",
    "sendemail.ccCmd",
    "sendemail.headerCmd",
    "hook.x.command",
    "gui.textconv",
    "svn.authorsProg",
    "rebase.exec",
    "help.browser",
    "gc.recentObjectsHook",
    "core.virtualFilesystem",
    "maintenance.x.command",
];

/// Keys whose value has a `!` before the program.
const SHELL_KEYS: &[&str] = &[
    "alias.status",
    "alias.add",
    "alias.rev-parse",
    "alias.config",
    "alias.update-index",
    "alias.start-points",
    "submodule.inner.update",
    "credential.https://i.helper",
];

/// What makes git reach for the above, and does not run anything itself.
const SWITCHES: &[(&str, &str)] = &[
    ("core.repositoryFormatVersion", "1"),
    ("filter.needed.required", "true"),
    ("protocol.ext.allow", "always"),
    ("protocol.allow", "always"),
    ("remote.origin.promisor", "true"),
    ("extensions.partialClone", "origin"),
    ("remote.origin.vcs", "ext"),
    ("hook.x.event", "post-index-change"),
    ("log.showSignature", "true"),
    ("commit.gpgSign", "true"),
    ("status.submoduleSummary", "true"),
    ("diff.ignoreSubmodules", "none"),
    ("diff.submodule", "diff"),
    ("submodule.recurse", "true"),
    ("submodule.inner.active", "true"),
    ("submodule.inner.ignore", "none"),
    ("safe.bareRepository", "all"),
    ("safe.directory", "*"),
    ("diff.tool", "x"),
    ("merge.tool", "x"),
    ("index.threads", "1"),
    ("core.untrackedCache", "true"),
    ("feature.experimental", "true"),
];

const HOOKS: &[&str] = &[
    "applypatch-msg",
    "commit-msg",
    "fsmonitor-watchman",
    "post-applypatch",
    "post-checkout",
    "post-commit",
    "post-index-change",
    "post-merge",
    "post-receive",
    "post-rewrite",
    "post-update",
    "pre-applypatch",
    "pre-auto-gc",
    "pre-commit",
    "pre-merge-commit",
    "pre-push",
    "pre-rebase",
    "pre-receive",
    "prepare-commit-msg",
    "proc-receive",
    "push-to-checkout",
    "reference-transaction",
    "sendemail-validate",
    "update",
];

/// Every file is given to some filter.
pub(crate) const ATTRIBUTES: &str =
    "* filter=cleaned diff=x merge=x\n*.sh filter=processed\n*.json filter=needed\n*.md filter=lfs\n";

/// A folder of programs, and one of what they left behind.
pub(crate) struct Payloads {
    programs: PathBuf,
    marks: PathBuf,
}

impl Payloads {
    pub(crate) fn new(folder: &Path) -> Self {
        let made = Self { programs: folder.join("programs"), marks: folder.join("marks") };
        fs::create_dir_all(&made.programs).expect("a folder");
        fs::create_dir_all(&made.marks).expect("a folder");
        made
    }

    /// The names of those that ran since this was last asked.
    pub(crate) fn ran(&self) -> Vec<String> {
        let listed = fs::read_dir(&self.marks).expect("a folder").map(|entry| entry.expect("an entry"));
        let mut names = Vec::new();
        for entry in listed {
            names.push(entry.file_name().into_string().expect("UTF-8"));
            fs::remove_file(entry.path()).expect("gone");
        }
        names.sort();
        names
    }

    /// A program of this name; a filter hands on what it reads.
    pub(crate) fn program(&self, name: &str) -> String {
        let plain = name.replace(['/', ':'], "_");
        let path = self.programs.join(&plain);
        self.script(&path, &plain);
        path.to_str().expect("UTF-8").to_owned()
    }

    fn script(&self, path: &Path, name: &str) {
        let rest = if name.starts_with("filter.") { "exec cat" } else { "exit 0" };
        let text = format!("#!/bin/sh\n: >'{}/{name}'\n{rest}\n", self.marks.display());
        fs::write(path, text).expect("a file");
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a mode");
    }

    /// A configuration of all keys.
    pub(crate) fn configuration(&self) -> String {
        let mut text = String::new();
        for (key, value) in SWITCHES {
            setting(&mut text, key, value);
        }
        for key in KEYS {
            setting(&mut text, key, &self.program(key));
        }
        for key in SHELL_KEYS {
            setting(&mut text, key, &format!("!{}", self.program(key)));
        }
        let helper = self.program("ext");
        setting(&mut text, "remote.origin.url", &format!("ext::{helper}"));
        setting(&mut text, &format!("url.ext::{helper} .insteadOf"), "https://h/");
        let hooks = self.programs.join("hooks");
        self.hooks(&hooks);
        setting(&mut text, "core.hooksPath", hooks.to_str().expect("UTF-8"));
        text
    }

    /// A folder of all hooks.
    pub(crate) fn hooks(&self, folder: &Path) {
        fs::create_dir_all(folder).expect("a folder");
        for hook in HOOKS {
            self.script(&folder.join(hook), hook);
        }
    }

    /// Programs with the names of git's own parts.
    pub(crate) fn parts_of_git(&self) -> String {
        let folder = self.programs.join("parts");
        fs::create_dir_all(&folder).expect("a folder");
        for name in ["status", "add", "update-index", "remote-ext", "remote-https", "fsmonitor--daemon"] {
            self.script(&folder.join(format!("git-{name}")), &format!("git-{name}"));
        }
        folder.to_str().expect("UTF-8").to_owned()
    }
}

/// Adds one to a file of git's configuration.
fn setting(text: &mut String, key: &str, value: &str) {
    let (section, rest) = key.split_once('.').expect("a section");
    let (sub, name) = rest.rsplit_once('.').map_or((None, rest), |(sub, name)| (Some(sub), name));
    match sub {
        Some(sub) => writeln!(text, "[{section} \"{sub}\"]"),
        None => writeln!(text, "[{section}]"),
    }
    .expect("a string");
    writeln!(text, "\t{name} = \"{value}\"").expect("a string");
}
