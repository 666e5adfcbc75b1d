//! `serve` as a process: its environment, its signals, its exit codes, and ten thousand connections.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use crate::serving::Service;
use start_points::Kind;
use start_points_testing::deployed_catalogue;

fn catalogue(kind: Kind, count: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    deployed_catalogue(folder.path(), kind, count).unwrap();
    folder
}

fn serve(catalogue: &Path, more: &[&str]) -> Command {
    let mut command = crate::run::command();
    command.arg("serve").arg(catalogue).args(["--host", "127.0.0.1"]).args(more);
    for name in ["PORT", "SHA", "IMAGE_TYPE", "START_POINTS_RELOAD_TOKEN"] {
        command.env_remove(name);
    }
    command
}

#[test]
fn the_environment_is_that_of_the_deployed_service() {
    let folder = catalogue(Kind::Exercises, 2);
    let mut command = serve(folder.path(), &[]);
    let service = Service::start(command.env("PORT", "0").env("SHA", "abc").env("IMAGE_TYPE", "exercises"));
    assert_eq!(service.get("/sha"), (200, serde_json::json!({"sha": "abc"})));
    assert_eq!(service.get("/image_names"), (200, serde_json::json!({"image_names": []})));
    service.stop();
}

#[test]
fn a_catalogue_with_faults_ends_in_its_report_and_one() {
    let folder = catalogue(Kind::Exercises, 2);
    let script = folder.path().join("0/start-points");
    let manifest = fs::read_dir(script).unwrap().next().unwrap().unwrap().path().join("manifest.json");
    fs::write(manifest, "{\n  \"display_name\": 3\n}\n").unwrap();
    let output = serve(folder.path(), &["--port", "0"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(
        told.contains("wrong-type") && told.contains("missing-key") && told.contains("\"display_name\": 3"),
        "{told}"
    );
    assert!(String::from_utf8(output.stderr).unwrap().contains("2 errors"));
    let output = serve(Path::new("/nowhere"), &["--port", "0"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("`/nowhere` is not a catalogue") && told.contains("hint: "), "{told}");
}

#[test]
fn policies_services_and_durations_come_from_files() {
    let folder = catalogue(Kind::Exercises, 1);
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let policy = write("policy.toml", "[rules]\nunknown-age = \"warn\"\nnot-in-catalogue = \"warn\"\n");
    let services = write("services.json", r#"[{"name": "saver", "sha": "4edf92a"}]"#);
    let flags = ["--port", "0", "--policy", &policy, "--services", &services, "--durations", "durations"];
    let service = Service::start(&mut serve(folder.path(), &flags));
    let shas = service.get("/v1/shas").1;
    assert_eq!(
        (&shas["services"][0]["name"], &shas["services"][0]["sha"]),
        (&"saver".into(), &"4edf92a".into())
    );
    let (status, decided) = service.get("/v1/gate");
    assert_eq!((status, &decided["verdict"]), (200, &"allow".into()), "exercises have no images");
    service.stop();

    let policy = write("policy.toml", "max_ages = \"1d\"\n");
    let services = write("services.json", "{}");
    for (flags, told) in [
        (
            ["--policy", &policy],
            "policy.toml:1:1: policy: unknown key `max_ages`\nhint: did you mean `max_age`?",
        ),
        (["--services", &services], "services.json`: invalid type: map, expected a sequence"),
    ] {
        let output = serve(folder.path(), &flags).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && said.contains(told) && said.contains("hint: "), "{said}");
    }
}

#[test]
fn a_hangup_reloads_and_a_bad_catalogue_is_told_in_the_log() {
    let folder = catalogue(Kind::Exercises, 2);
    let service = Service::start(&mut serve(folder.path(), &["--port", "0", "--log", "json"]));
    let count = || service.get("/names").1["names"].as_array().unwrap().len();
    let soon = |wanted: usize| {
        let end = Instant::now() + Duration::from_secs(30);
        while count() != wanted {
            assert!(Instant::now() < end, "still {}", count());
            thread::sleep(Duration::from_millis(20));
        }
    };
    assert_eq!(count(), 2);
    deployed_catalogue(folder.path(), Kind::Exercises, 3).unwrap();
    service.signal("HUP");
    soon(3);
    let shas = fs::read(folder.path().join("shas.txt")).unwrap();
    fs::remove_file(folder.path().join("shas.txt")).unwrap();
    service.signal("HUP");
    thread::sleep(Duration::from_millis(200));
    assert_eq!(count(), 3);
    fs::write(folder.path().join("shas.txt"), shas).unwrap();
    deployed_catalogue(folder.path(), Kind::Exercises, 4).unwrap();
    service.signal("HUP");
    soon(4);
    let log = service.stop();
    let lines: Vec<serde_json::Value> =
        log.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let messages: Vec<_> = lines.iter().map(|line| line["message"].as_str().unwrap()).collect();
    assert_eq!(messages, ["reloaded", "not reloaded", "reloaded"]);
}

/// Each byte would hold a buffer of thousands, if what is read were kept as it is read.
#[cfg(target_os = "linux")]
#[test]
fn bodies_that_come_a_byte_at_a_time_take_no_more_memory_than_others() {
    let folder = catalogue(Kind::Custom, 1);
    let service = Service::start(&mut serve(folder.path(), &["--port", "0"]));
    let mut bodies: Vec<TcpStream> =
        (0..100).map(|_| TcpStream::connect(service.address()).unwrap()).collect();
    for body in &mut bodies {
        body.set_nodelay(true).unwrap();
        body.write_all(b"POST /v1/check HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100000\r\n\r\n{")
            .unwrap();
    }
    thread::sleep(Duration::from_millis(500));
    let before = service.resident_kb();
    for _ in 0..50 {
        for body in &mut bodies {
            body.write_all(b" ").unwrap();
        }
        thread::sleep(Duration::from_millis(5));
    }
    thread::sleep(Duration::from_millis(500));
    let after = service.resident_kb();
    println!("{before} kB, then {after} kB");
    // 5,000 bytes; each with its buffer they were 20,000 kB.
    assert!(after < before + 5_000, "{before} kB, then {after} kB");
}

/// It is heard before anybody can know that there is a service to send it to.
#[test]
fn a_hangup_in_the_first_instant_does_not_end_it() {
    let folder = catalogue(Kind::Custom, 1);
    for _ in 0..10 {
        let service = Service::start(&mut serve(folder.path(), &["--port", "0"]));
        service.signal("HUP");
        assert_eq!(service.get("/alive").0, 200);
        service.stop();
    }
}

#[test]
fn a_log_that_nobody_reads_ends_nothing() {
    let folder = catalogue(Kind::Exercises, 2);
    let mut service = Service::start(&mut serve(folder.path(), &["--port", "0", "--log-level", "debug"]));
    service.close_log();
    for count in 3..6 {
        deployed_catalogue(folder.path(), Kind::Exercises, count).unwrap();
        service.signal("HUP");
        let end = Instant::now() + Duration::from_secs(30);
        while service.get("/names").1["names"].as_array().unwrap().len() != count {
            assert!(Instant::now() < end, "not reloaded");
            thread::sleep(Duration::from_millis(20));
        }
    }
}

/// As many as the system lets two processes have; ten thousand where it can be.
#[test]
fn ten_thousand_connections_are_held_and_answered() {
    let folder = catalogue(Kind::Languages, 10);
    // The number of connections follows from the memory.
    let service = Service::start(&mut serve(folder.path(), &["--port", "0", "--memory", "1024"]));
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).unwrap();
    let count = usize::try_from(maximum.unwrap_or(u64::MAX).saturating_sub(1_000)).unwrap().min(10_000);
    let mut held: Vec<TcpStream> = Vec::with_capacity(count);
    for _ in 0..count {
        held.push(TcpStream::connect(service.address()).unwrap());
    }
    for _ in 0..100 {
        assert_eq!(service.get("/alive").0, 200);
    }
    let memory = service.resident_kb();
    println!("{count} connections: {memory} kB resident");
    for stream in &mut held {
        stream.write_all(b"GET /ready HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
    }
    for stream in &mut held {
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.ends_with("{\"ready?\":true}"), "{answer}");
    }
    drop(held);
    service.stop();
}

/// Starts a command in a shell that lowers the limit of open files, and can never raise it again.
fn with_open_files(limit: u32, command: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(format!("ulimit -n {limit}; exec \"$0\" \"$@\""));
    shell.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell
}

/// Each silent connection would keep its file for half a minute; new ones take the places of those.
#[test]
fn silent_connections_leave_ready_answered_with_64_open_files() {
    let folder = catalogue(Kind::Custom, 2);
    let service = Service::start(&mut with_open_files(64, &serve(folder.path(), &["--port", "0"])));
    let silent: Vec<_> = (0..200).map(|_| TcpStream::connect(service.address()).unwrap()).collect();
    let began = Instant::now();
    for _ in 0..10 {
        assert_eq!(service.get("/ready"), (200, serde_json::json!({"ready?": true})));
    }
    // A probe of deploy/ waits for two seconds.
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    drop(silent);
    let log = service.stop();
    assert!(log.contains("ulimit -n"), "{log}");
}
