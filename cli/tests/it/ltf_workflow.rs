//! The workflow for language + test-framework repositories, run step by step: `docker` is podman here.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::world::World;
use serde_json::Value;
use start_points_testing::podman::podman;
use start_points_testing::registry::{PASSWORD, Served, USER};
use start_points_testing::{commit, languages};

fn workflow() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/workflows/ltf.yml");
    serde_saphyr::from_str(&fs::read_to_string(path).expect("a file")).expect("YAML")
}

/// What an expression of the workflow stands for.
fn evaluated(expression: &str, event: &str) -> String {
    let text = match expression {
        "${{ github.token }}" | "${{ vars.REGISTRY }}" => "",
        "${{ github.event_name == 'schedule' && '1' || '' }}" if event == "schedule" => "1",
        "${{ github.event_name == 'schedule' && '1' || '' }}" => "",
        "${{ secrets.DOCKER_USERNAME }}" => USER,
        "${{ secrets.DOCKER_PASSWORD }}" => PASSWORD,
        other => other,
    };
    assert!(!text.contains("${{"), "{text}");
    text.to_owned()
}

fn variables(of: &Value, event: &str) -> Vec<(String, String)> {
    let all = of["env"].as_object().into_iter().flatten();
    all.map(|(name, value)| (name.clone(), evaluated(value.as_str().expect("text"), event))).collect()
}

struct Ci {
    world: World,
    served: Served,
    programs: PathBuf,
    sha: String,
}

impl Ci {
    /// The repository of a language, with these files too.
    fn new(others: &[(&'static str, &str)]) -> Self {
        let world = World::new();
        let served = Served::with_log_in();
        let mut files = languages("gcc");
        files[3].1 = "FROM scratch\nCOPY image_name.json /\n".to_owned();
        files[4].1 = format!("{{\"image_name\": \"{}/cyberdojofoundation/gcc\"}}\n", served.host);
        files.extend(others.iter().map(|(path, text)| (*path, (*text).to_owned())));
        let sha = commit(&world.repository("gcc"), &files).expect("a commit");
        let programs = world.folder.path().join("programs");
        fs::create_dir(&programs).expect("a folder");
        let registries = world.folder.path().join("insecure.conf");
        let text = format!("[[registry]]\nlocation = \"{}\"\ninsecure = true\n", served.host);
        fs::write(&registries, text).expect("a file");
        // Docker's own file is where both find the log-in.
        let docker = podman(world.folder.path());
        let mut script = "#!/bin/sh\n".to_owned();
        for (name, value) in docker.get_envs().filter_map(|(name, value)| Some((name, value?))) {
            script += &format!("export {}='{}'\n", name.display(), value.display());
        }
        let config = world.folder.path().join(".docker/config.json");
        fs::create_dir(world.folder.path().join(".docker")).expect("a folder");
        script += &format!("export CONTAINERS_REGISTRIES_CONF='{}'\n", registries.display());
        script += &format!("export REGISTRY_AUTH_FILE='{}'\n", config.display());
        script += &format!("exec '{}' \"$@\"\n", docker.get_program().display());
        let path = programs.join("docker");
        fs::write(&path, script).expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("set");
        Self { world, served, programs, sha }
    }

    /// Bash, in whose scripts the command and `docker` are found.
    fn bash(&self) -> Command {
        let mut shell = Command::new("bash");
        let base = self.world.command(&[]);
        for (name, value) in base.get_envs().filter_map(|(name, value)| Some((name, value?))) {
            shell.env(name, value);
        }
        let command = Path::new(base.get_program()).parent().expect("a folder");
        let path = std::env::var("PATH").expect("a path");
        shell.env("PATH", format!("{}:{}:{path}", self.programs.display(), command.display()));
        shell
    }

    /// Runs every step in a new folder; answers the names of those that ran.
    fn run(&self, event: &str) -> Vec<String> {
        let workflow = workflow();
        let here = self.world.here(event);
        fs::create_dir(&here).expect("a folder");
        let given = self.world.folder.path().join(format!("{event}.env"));
        fs::write(&given, "").expect("a file");
        let mut ran = Vec::new();
        for step in workflow["jobs"]["image"]["steps"].as_array().expect("steps") {
            let name = step["name"].as_str().expect("a name").to_owned();
            let condition = step["if"].as_str();
            assert!(condition.is_none_or(|text| text == "github.event_name == 'push'"), "{condition:?}");
            if name == "Install start-points" || (condition.is_some() && event != "push") {
                continue;
            }
            let mut shell = self.bash();
            shell.envs(variables(&workflow, event)).envs(variables(step, event));
            for line in fs::read_to_string(&given).expect("a file").lines() {
                let (name, value) = line.split_once('=').expect("a variable");
                shell.env(name, value);
            }
            shell
                .env("GITHUB_SERVER_URL", self.world.url("").trim_end_matches('/'))
                .env("GITHUB_REPOSITORY", "gcc");
            shell.env("GITHUB_SHA", &self.sha).env("GITHUB_ENV", &given);
            if name == "Log in" {
                shell.env("REGISTRY", &self.served.host);
            }
            shell.env("START_POINT_IMAGE", format!("{}/cyberdojostartpoints/gcc", self.served.host));
            shell.args(["-e", "-o", "pipefail", "-c", step["run"].as_str().expect("a script")]);
            let answered = crate::run::ran(shell.current_dir(&here).output().expect("bash runs"));
            assert_eq!(answered.code, Some(0), "{name}: {}{}", answered.stdout, answered.stderr);
            ran.push(name);
        }
        ran
    }
}

#[test]
fn nothing_of_others_is_used_and_nothing_is_allowed_that_is_not_needed() {
    let workflow = workflow();
    assert_eq!(workflow["permissions"], serde_json::json!({}));
    assert_eq!(workflow["jobs"]["image"]["permissions"], serde_json::json!({ "contents": "read" }));
    for step in workflow["jobs"]["image"]["steps"].as_array().expect("steps") {
        assert!(step["uses"].is_null() && step["run"].is_string(), "{step}");
        assert!(!step["run"].as_str().expect("text").contains("${{"), "{step}");
    }
}

#[test]
fn a_commit_pushes_both_images_once_and_a_night_pushes_none() {
    let ci = Ci::new(&[]);
    let tag = &ci.sha[..7];
    let night = ci.run("schedule");
    assert_eq!(night, ["Check out", "Check", "Name the image", "Build", "Test"]);
    assert!(!ci.served.requests().iter().any(|request| request.contains("/manifests/")));
    assert_eq!(ci.run("push").len(), 8);
    for path in ["cyberdojofoundation/gcc", "cyberdojostartpoints/gcc"] {
        let put = format!("PUT /v2/{path}/manifests/{tag}");
        let count = ci.served.requests().iter().filter(|request| **request == put).count();
        assert_eq!(count, 1, "{:?}", ci.served.requests());
    }
    let image = format!("{}/cyberdojostartpoints/gcc:{tag}", ci.served.host);
    let ran = ci.world.run(&["create", "x", "--languages", &image]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    let listed = ci.world.run(&["inspect", "x"]).stdout;
    assert!(listed.contains(&format!("cyberdojofoundation/gcc:{tag}")), "{listed}");

    fs::remove_dir_all(ci.world.here("push")).expect("removed");
    let puts = || ci.served.requests().iter().filter(|request| request.starts_with("PUT ")).count();
    let before = puts();
    ci.run("push");
    assert_eq!(puts(), before, "a run that is repeated pushes nothing");
}

/// Two files that differ, of which one cannot be built, show which of them is.
#[test]
fn where_there_is_a_dockerfile_base_it_is_built() {
    let unbuildable = "FROM localhost/nowhere:1\nCOPY not-there /\n";
    let ci = Ci::new(&[
        ("docker/Dockerfile", unbuildable),
        ("docker/Dockerfile.base", "FROM scratch\nLABEL a=b\n"),
    ]);
    assert!(ci.run("schedule").contains(&"Build".to_owned()));
}

/// An image that stands in for `alpine:3.20`, which no test may pull: a shell, and an `apk` that does nothing.
const STAND_IN: &str = "set -e
mkdir -p root/bin root/sbin && cp /bin/sh root/bin/sh
for library in $(ldd /bin/sh | grep -o '/[^ ]*'); do
  mkdir -p \"root$(dirname \"$library\")\" && cp \"$library\" \"root$library\"
done
printf '#!/bin/sh\\nexit 0\\n' > root/sbin/apk && chmod +x root/sbin/apk
tar -C root -c . | docker import - docker.io/library/alpine:3.20";

#[test]
fn the_documented_commands_build_what_new_writes() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/ltf-workflow.md");
    let docs = fs::read_to_string(docs).expect("a file");
    let build = docs.lines().find(|line| line.starts_with("docker build ")).expect("the documented command");
    let ci = Ci::new(&[]);
    let ran = ci.world.run(&["new", "languages", "ltf"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let folder = ci.world.here("ltf");
    let mut names: Vec<_> = fs::read_dir(folder.join("docker")).expect("a folder").flatten().collect();
    names.sort_by_key(fs::DirEntry::file_name);
    let names: Vec<_> = names.iter().map(fs::DirEntry::file_name).collect();
    assert_eq!(names, ["Dockerfile", "image_name.json"], "one file says how to build");
    crate::run::git(&folder, &["init", "--quiet"]);
    crate::run::git(&folder, &["add", "--all"]);
    crate::run::git(&folder, &["commit", "--quiet", "--message=new"]);
    for script in [STAND_IN, build, "docker image inspect \"$(start-points image-name)\""] {
        let mut shell = ci.bash();
        // Containers of containers: no runtime is needed for a build in a changed root.
        shell.env("BUILDAH_ISOLATION", "chroot").args(["-e", "-o", "pipefail", "-c", script]);
        let place = if script == STAND_IN { ci.world.folder.path() } else { &folder };
        let answered = crate::run::ran(shell.current_dir(place).output().expect("bash runs"));
        assert_eq!(answered.code, Some(0), "{script}: {}{}", answered.stdout, answered.stderr);
    }
}
