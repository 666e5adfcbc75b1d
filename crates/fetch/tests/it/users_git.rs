//! The user's git set-up works, and cannot be turned against the user. Each test runs itself again, in a
//! process whose environment is that of a user.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use crate::support::{World, start_point};
use start_points::RepoUrl;
use start_points_fetch::git::{Git, GitConfig};
use start_points_fetch::{FetchLimits, FetchOptions, Fetcher, unwatched};
use start_points_io::BlobCache;
use start_points_testing::git::{GitRepository, Reply, Serves};

/// Fetches `$FETCHED_URL` with the user's configuration, and says how that went.
#[test]
#[ignore = "run by the other tests"]
fn child() {
    let folder = std::env::var("FETCHED_INTO").unwrap();
    let git = Git::find(GitConfig::User, FetchLimits::default()).unwrap();
    let fetcher = Fetcher::new(git, BlobCache::open(Path::new(&folder)).unwrap(), FetchOptions::default());
    let url = RepoUrl::parse(&std::env::var("FETCHED_URL").unwrap()).unwrap();
    match fetcher.fetch_all(&[url], &unwatched).remove(0) {
        Ok(source) => println!("result: {} files", source.content.files.len()),
        Err(error) => println!("result: {error}"),
    }
}

#[test]
fn killed_at_any_instant_the_next_run_succeeds() {
    let world = World::new();
    for index in 0..20 {
        world.start_point(&format!("x{index}"));
        let mut killed = fetching(&world, &world.server.url(&format!("x{index}")), &[]).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(5 + index * 7));
        killed.kill().unwrap();
        killed.wait().unwrap();
        assert_eq!(world.fetch(&format!("x{index}")).unwrap().content.files.len(), 7);
    }
}

fn as_user(world: &World, url: &str, configuration: &str, variables: &[(&str, &str)]) -> String {
    let home = world.folder.path().join("repositories/home");
    fs::create_dir_all(&home).unwrap();
    fs::write(home.join(".gitconfig"), configuration).unwrap();
    let mut fetching = fetching(world, url, variables);
    let output = fetching.env("HOME", &home).env("XDG_CONFIG_HOME", &home).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let at = said.find("result: ").unwrap_or_else(|| panic!("{said}"));
    said[at + 8..].lines().next().unwrap().to_owned()
}

fn fetching(world: &World, url: &str, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "users_git::child", "--ignored", "--nocapture"])
        .env("FETCHED_URL", url)
        .env("FETCHED_INTO", world.cache())
        .envs(variables.iter().copied())
        .stdout(std::process::Stdio::piped());
    command
}

#[test]
fn another_name_for_a_server_is_the_users_to_give() {
    let world = World::new();
    world.start_point("x");
    let base = world.server.url("");
    let configuration = format!("[url \"{base}\"]\n\tinsteadOf = http://example.com/org/\n");
    assert_eq!(as_user(&world, "http://example.com/org/x", &configuration, &[]), "7 files");
}

#[test]
fn a_credential_helper_is_asked() {
    let world = World::serving(Serves {
        instead: Some(Box::new(|_, request| {
            let known = request.header("authorization") == Some("Basic dXNlcjpzZWNyZXQ=");
            let ask = vec![("WWW-Authenticate".to_owned(), "Basic realm=\"x\"".to_owned())];
            (!known).then(|| Reply::Answer(401, ask, vec![]))
        })),
        ..Serves::default()
    });
    world.start_point("x");
    let helper = "[credential]\n\thelper = \"!f() { echo username=user; echo password=secret; }; f\"\n";
    assert_eq!(as_user(&world, &world.server.url("x"), helper, &[]), "7 files");
    let said = as_user(&world, &world.server.url("y"), "", &[]);
    assert!(said.contains("access denied"), "{said}");
}

#[test]
fn the_hook_that_we_run_in_has_no_say() {
    let world = World::new();
    world.start_point("x");
    let elsewhere = world.folder.path().join("repositories/elsewhere");
    GitRepository::bare(&elsewhere, "trunk").unwrap();
    let elsewhere = elsewhere.to_str().unwrap();
    let variables = [
        ("GIT_DIR", elsewhere),
        ("GIT_INDEX_FILE", elsewhere),
        ("GIT_OBJECT_DIRECTORY", elsewhere),
        ("GIT_CONFIG_PARAMETERS", "'core.bare'='x'"),
        ("GIT_CONFIG_COUNT", "1"),
        ("GIT_CONFIG_KEY_0", "url.ext::.insteadOf"),
        ("GIT_CONFIG_VALUE_0", "http://"),
        ("GIT_ALLOW_PROTOCOL", "ext"),
        ("GIT_TRACE", "1"),
        ("GIT_NAMESPACE", "x"),
        ("GIT_TEMPLATE_DIR", elsewhere),
    ];
    assert_eq!(as_user(&world, &world.server.url("x"), "", &variables), "7 files");
}

#[test]
fn configuration_runs_no_program_of_a_repository() {
    let world = World::new();
    let (repository, _) = world.start_point("x");
    let evil = world.folder.path().join("repositories/evil");
    fs::create_dir_all(evil.join("hooks")).unwrap();
    let script = format!("#!/bin/sh\ntouch '{}'\n", world.folder.path().join("pwned").display());
    for name in ["hooks/reference-transaction", "hooks/post-checkout", "git-remote-foo", "filter", "monitor"]
    {
        fs::write(evil.join(name), &script).unwrap();
        fs::set_permissions(evil.join(name), fs::Permissions::from_mode(0o755)).unwrap();
    }
    repository
        .commit(&[(".gitattributes", start_points_testing::git::Change::File(b"* filter=evil\n"))])
        .unwrap();
    let evil = evil.display();
    let configuration = format!(
        "[core]\n\thooksPath = {evil}/hooks\n\tfsmonitor = {evil}/monitor\n[init]\n\ttemplateDir = {evil}\n\
         [filter \"evil\"]\n\tsmudge = {evil}/filter\n\tclean = {evil}/filter\n\tprocess = {evil}/filter\n"
    );
    assert_eq!(as_user(&world, &world.server.url("x"), &configuration, &[]), "7 files");
    world.assert_nothing_outside();

    let path = format!("{evil}:{}", std::env::var("PATH").unwrap());
    for instead in ["ext::sh -c {evil}/monitor ", "foo::", "/etc/", "file:///"] {
        let configuration = format!("[url \"{instead}\"]\n\tinsteadOf = http://closed/\n");
        let said = as_user(&world, "http://closed/x", &configuration, &[("PATH", &path)]);
        assert!(said.contains("`http://closed/x`: transport not allowed"), "{instead}: {said}");
    }
    world.assert_nothing_outside();
}

#[test]
fn ssh_is_the_users_and_never_prompts() {
    let world = World::new();
    let (repository, commit) = world.start_point("x");
    let bin = world.folder.path().join("repositories/bin");
    fs::create_dir_all(&bin).unwrap();
    let log = bin.join("log");
    // A stand-in that runs here what it is to run there.
    let script = format!(
        "#!/bin/sh\necho \"$0 $*\" >> '{}'\nfor last; do :; done\ncase $* in *refused*) exit 255;; esac\nexec sh -c \"$last\"\n",
        log.display()
    );
    for name in ["ssh", "own/ssh"] {
        fs::create_dir_all(bin.join(name).parent().unwrap()).unwrap();
        fs::write(bin.join(name), &script).unwrap();
        fs::set_permissions(bin.join(name), fs::Permissions::from_mode(0o755)).unwrap();
    }
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let path = [("PATH", path.as_str())];
    let folder = repository.folder().display();
    let old = &commit[..8];
    repository.commit(&[("later", start_points_testing::git::Change::File(b"1"))]).unwrap();
    let own = format!("[core]\n\tsshCommand = {}/own/ssh -i key\n", bin.display());
    for (url, configuration) in [
        (format!("ssh://git@host.example{folder}"), ""),
        (format!("git@host.example:{folder}?tag={old}"), own.as_str()),
    ] {
        assert_eq!(as_user(&world, &url, configuration, &path), "7 files");
    }
    let said = fs::read_to_string(&log).unwrap();
    assert!(
        said.lines().all(|line| line.contains("-oBatchMode=yes") && line.contains("git@host.example")),
        "{said}"
    );
    assert!(said.lines().last().unwrap().contains("own/ssh -i key"), "{said}");
    let said = as_user(&world, "git@refused.example:x", "", &path);
    assert!(said.starts_with("`git@refused.example:x`: "), "{said}");
}

#[test]
fn a_repository_of_another_user_is_refused_with_a_way_out() {
    let world = World::new();
    let folder = world.folder.path().join("repositories/theirs");
    GitRepository::bare(&folder, "trunk").unwrap().commit(&start_point()).unwrap();
    if std::os::unix::fs::chown(&folder, Some(12345), None).is_err() {
        println!("skipped: only root gives files away");
        return;
    }
    let path = folder.to_str().unwrap();
    assert!(as_user(&world, path, "", &[]).contains("belongs to another user"));
    let trusted = format!("[safe]\n\tdirectory = {path}\n");
    assert_eq!(as_user(&world, path, &trusted, &[]), "7 files");
}
