//! A run that is killed or interrupted leaves the old catalogue or the new one.

use std::fs;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use crate::world::World;
use start_points_testing::snapshot;

#[test]
fn a_kill_at_any_instant_leaves_the_old_or_the_new_and_the_next_run_succeeds() {
    killed("dir:out/x", 100);
}

#[test]
fn so_does_one_of_a_run_that_writes_an_image() {
    killed("oci:out/x", 30);
}

/// Kills runs that write one catalogue or another, at random instants: so many, and more where too few of those were
/// cut off, or all of them, as may be on a machine that is busy.
fn killed(output: &str, rounds: usize) {
    let world = World::new();
    let urls: Vec<String> = (0..24)
        .map(|number| {
            world.languages(&format!("r{number:02}"));
            world.url(&format!("r{number:02}"))
        })
        .collect();
    let (one, other) = urls.split_at(12);
    let lists = [one, other].map(|urls| {
        let name = if urls == one { "one.txt" } else { "other.txt" };
        fs::write(world.here(name), urls.join("\n")).expect("a file");
        format!("@{name}")
    });
    let arguments = |list: usize| ["create", "x", "--languages", &lists[list], "--output", output, "--quiet"];
    let wanted = [1, 0].map(|list| {
        assert_eq!(world.run(&arguments(list)).code, Some(0));
        snapshot(&world.here("out/x")).expect("a folder")
    });
    // Of a run that writes: the other list is there.
    let whole = |offline: &[&str]| {
        let run = |list: usize| {
            let started = Instant::now();
            assert_eq!(world.run(&[&arguments(list)[..], offline].concat()).code, Some(0));
            started.elapsed()
        };
        (0..4).map(|round| run(1 - round % 2)).min().expect("one")
    };
    let mut lengths = [whole(&[]), whole(&["--offline"])];
    let mut random = 7_u32;
    let mut seen = [0; 2];
    let mut cut_off = 0;
    let tells = |round: usize, cut_off: usize, seen: [usize; 2]| {
        cut_off * 10 >= round * 3 && seen.iter().all(|times| *times > 0)
    };
    let mut round = 0;
    while round < rounds || !tells(round, cut_off, seen) {
        assert!(round < 10 * rounds, "{cut_off} {seen:?}");
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let way = round % 2;
        let offline: &[&str] = if way == 1 { &["--offline"] } else { &[] };
        let list = usize::try_from(random >> 31).expect("small");
        let mut child = world
            .command(&[&arguments(list)[..], offline].concat())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it runs");
        thread::sleep(lengths[way].mul_f64(f64::from((random >> 8) % 1_000) / 900.0));
        let _ = child.kill();
        let is_cut_off = !child.wait().expect("it ends").success();
        cut_off += usize::from(is_cut_off);
        // However busy the machine is just now, some of the runs are cut off, and some are not.
        lengths[way] = lengths[way].mul_f64(if is_cut_off { 1.1 } else { 0.85 });
        let found = snapshot(&world.here("out/x")).expect("there is always one");
        let which = wanted.iter().position(|wanted| *wanted == found);
        seen[which.expect("the old or the new, whole")] += 1;
        round += 1;
    }
    assert_eq!(world.run(&arguments(1)).code, Some(0));
    assert_eq!(snapshot(&world.here("out/x")).expect("a folder"), wanted[0]);
    let left: Vec<_> = fs::read_dir(world.here("out")).expect("a folder").collect();
    assert_eq!(left.len(), 1, "nothing is left beside it: {left:?}");
}

#[test]
fn runs_at_once_over_one_output_all_succeed() {
    let world = World::new();
    let urls = ["a", "b"].map(|name| {
        world.languages(name);
        world.url(name)
    });
    let start = |index: usize| {
        let arguments = ["create", "x", "--languages", &urls[index % 2], "--output", "dir:out/x", "--quiet"];
        world.command(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs")
    };
    for child in (0..12).map(start).collect::<Vec<_>>() {
        let ran = crate::run::ran(child.wait_with_output().expect("it ends"));
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    }
    assert_eq!(snapshot(&world.here("out/x")).expect("a folder").len(), 9);
    assert_eq!(fs::read_dir(world.here("out")).expect("a folder").count(), 1);
}

#[test]
fn an_interrupt_ends_a_run_that_waits() {
    use start_points_testing::git::{GitServer, Reply, Serves};
    let world = World::new();
    let stalls = Serves { instead: Some(Box::new(|_, _| Some(Reply::Stall))), ..Serves::default() };
    let server = GitServer::serving(world.folder.path(), stalls).expect("a server");
    let child = world
        .command(&["create", "x", "--languages", &server.url("c")])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    let started = Instant::now();
    while server.connections() == 0 && started.elapsed() < Duration::from_secs(20) {
        thread::sleep(Duration::from_millis(10));
    }
    let interrupted = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(interrupted.expect("kill runs").success());
    let ran = crate::run::ran(child.wait_with_output().expect("it ends"));
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{}", ran.stderr);
    assert_eq!(ran.stderr, "error: interrupted; nothing was written\n");
    assert!(started.elapsed() < Duration::from_secs(20));
}
