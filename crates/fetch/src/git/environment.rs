//! Git's environment: what it learns about the machine and the user, and what it is forbidden.

use std::env;
use std::ffi::{OsStr, OsString};

/// Whose git configuration is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GitConfig {
    /// The user's and the machine's: proxies, credential helpers, `insteadOf` and ssh keys just work.
    #[default]
    User,
    /// No configuration and no ssh agent: for untrusted input.
    None,
}

/// Variables that every run needs.
const ALWAYS: [&str; 22] = [
    "PATH",
    "TMPDIR",
    "SystemRoot",
    "http_proxy",
    "https_proxy",
    "HTTPS_PROXY",
    "all_proxy",
    "ALL_PROXY",
    "no_proxy",
    "NO_PROXY",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "CURL_CA_BUNDLE",
    "GIT_SSL_CAINFO",
    "GIT_SSL_CAPATH",
    "GIT_EXEC_PATH",
    "LD_LIBRARY_PATH",
    "DYLD_FALLBACK_LIBRARY_PATH",
    "TEMP",
    "TMP",
    "COMSPEC",
    "PATHEXT",
];

/// Variables that lead to the user's configuration and keys.
const USERS: [&str; 17] = [
    "HOME",
    "USER",
    "LOGNAME",
    "USERPROFILE",
    "APPDATA",
    "LOCALAPPDATA",
    "PROGRAMDATA",
    "XDG_CONFIG_HOME",
    "XDG_RUNTIME_DIR",
    "DBUS_SESSION_BUS_ADDRESS",
    "SSH_AUTH_SOCK",
    "GNUPGHOME",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_SSH",
    "GIT_SSH_VARIANT",
];

/// Variables with fixed values: <https://git-scm.com/docs/git#_environment_variables>.
const FIXED: [(&str, &str); 11] = [
    ("LC_ALL", "C"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GIT_ASKPASS", "false"),
    ("SSH_ASKPASS", "false"),
    ("SSH_ASKPASS_REQUIRE", "never"),
    ("GCM_INTERACTIVE", "never"),
    ("GIT_ADVICE", "0"),
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("GIT_NO_LAZY_FETCH", "1"),
    ("GIT_NO_REPLACE_OBJECTS", "1"),
    ("GIT_PAGER", ""),
];

/// Configuration that overrules every file: <https://git-scm.com/docs/git-config>.
///
/// Harmless defects of old commits are only warnings (<https://git-scm.com/docs/git-fsck#_fsck_messages>); unsafe names
/// in trees stay errors.
pub(super) const CONFIGURATION: [(&str, &str); 24] = [
    // Git must not find a bare repository by itself: anybody can commit a folder that looks like one.
    // https://git-scm.com/docs/git-config#Documentation/git-config.txt-safebareRepository
    ("safe.bareRepository", "explicit"),
    ("core.hooksPath", "/dev/null"),
    ("core.fsmonitor", "false"),
    // Nothing that git writes here outlives the run.
    ("core.fsync", "none"),
    ("core.alternateRefsCommand", "true"),
    ("core.packedGitWindowSize", "32m"),
    ("core.packedGitLimit", "256m"),
    ("core.bigFileThreshold", "16m"),
    ("core.deltaBaseCacheLimit", "32m"),
    ("credential.interactive", "false"),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    ("pack.threads", "1"),
    ("pack.writeReverseIndex", "false"),
    ("submodule.recurse", "false"),
    ("fetch.recurseSubmodules", "false"),
    ("fetch.writeCommitGraph", "false"),
    ("fetch.negotiationAlgorithm", "noop"),
    ("fetch.fsck.zeroPaddedFilemode", "warn"),
    ("fetch.fsck.missingSpaceBeforeDate", "warn"),
    ("fetch.fsck.badTimezone", "warn"),
    ("transfer.fsckObjects", "true"),
    ("transfer.bundleURI", "false"),
    ("http.followRedirects", "initial"),
];

/// Git's environment, made from that of this process.
pub(super) fn environment(configuration: GitConfig) -> Vec<(OsString, OsString)> {
    let kept = |names: &[&str]| -> Vec<(OsString, OsString)> {
        names.iter().filter_map(|name| Some(((*name).into(), env::var_os(name)?))).collect()
    };
    let mut all = kept(&ALWAYS);
    match configuration {
        GitConfig::User => {
            all.extend(kept(&USERS));
            if let Some(command) = ssh_command(env::var_os("GIT_SSH_COMMAND").as_deref()) {
                all.push(("GIT_SSH_COMMAND".into(), command));
            }
        }
        GitConfig::None => {
            all.push(("GIT_CONFIG_GLOBAL".into(), null_device().into()));
            all.push(("GIT_CONFIG_NOSYSTEM".into(), "1".into()));
            all.push((
                "GIT_SSH_COMMAND".into(),
                format!("ssh {SSH_OPTIONS} -F none -oIdentityAgent=none -oIdentityFile=none").into(),
            ));
        }
    }
    all.extend(FIXED.map(|(name, value)| (name.into(), value.into())));
    all
}

/// No prompt, no endless wait, and no master connection left behind that would hold our pipes open.
const SSH_OPTIONS: &str = "-oBatchMode=yes -oConnectTimeout=10 -oControlMaster=no";

/// The user's ssh command with our options; a command that is not ssh is left alone.
fn ssh_command(users: Option<&OsStr>) -> Option<OsString> {
    let command = users?;
    let text = command.to_str()?;
    let program = text.split_whitespace().next().unwrap_or_default();
    let name = program.rsplit('/').next().unwrap_or(program);
    Some(if name == "ssh" { format!("{text} {SSH_OPTIONS}").into() } else { command.to_owned() })
}

/// Adds the ssh command of the user's git configuration, or plain ssh, unless the environment sets one.
pub(super) fn with_ssh(environment: &mut Vec<(OsString, OsString)>, configured: Option<&str>) {
    let is_set = |name: &str| environment.iter().any(|(found, _)| found == name);
    if is_set("GIT_SSH_COMMAND") || is_set("GIT_SSH") {
        return;
    }
    if let Some(command) = ssh_command(Some(OsStr::new(configured.unwrap_or("ssh")))) {
        environment.push(("GIT_SSH_COMMAND".into(), command));
    }
}

const fn null_device() -> &'static str {
    if cfg!(windows) { "NUL" } else { "/dev/null" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ssh_never_prompts_and_other_programs_are_left_alone() {
        let made = |text: &str| ssh_command(Some(OsStr::new(text))).unwrap().into_string().unwrap();
        assert_eq!(made("ssh -i key"), format!("ssh -i key {SSH_OPTIONS}"));
        assert_eq!(made("/usr/bin/ssh"), format!("/usr/bin/ssh {SSH_OPTIONS}"));
        assert_eq!(made("plink -batch"), "plink -batch");
    }

    #[test]
    fn no_variable_names_a_repository() {
        for configuration in [GitConfig::User, GitConfig::None] {
            for (name, _) in environment(configuration) {
                let name = name.into_string().unwrap();
                let repository = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_CONFIG_PARAMETERS"];
                assert!(!repository.contains(&name.as_str()), "{name}");
            }
        }
    }

    #[test]
    fn without_configuration_home_is_unset() {
        assert!(environment(GitConfig::None).iter().all(|(name, _)| name != "HOME"));
    }
}
