//! The bytes in flight are bounded, and neither work nor slow clients keep probes from being answered.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use crate::support::{Service, TestResponse, eventually, settings};
use start_points_server::ServerSettings;

/// A budget for a few bodies, and no time limit that matters.
fn small_budget() -> ServerSettings {
    let mut settings = settings("languages");
    settings.limits.in_flight = 2 << 20;
    settings.limits.connections = 200;
    settings.metrics = true;
    settings
}

fn in_flight(service: &Service) -> usize {
    let metrics = service.get("/metrics");
    let line = metrics.text().lines().find(|line| line.starts_with("start_points_in_flight_bytes ")).unwrap();
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

fn probes(service: &Service) {
    for path in ["/alive", "/ready", "/v1/ready", "/names"] {
        assert_eq!(service.get(path).status, 200, "{path}");
    }
    let answer = service.request("POST", "/manifest", &[], b"{\"name\":\"C (gcc), assert\"}");
    assert_ne!(answer.status, 503);
}

fn is_busy(answer: &TestResponse) -> bool {
    (answer.status, answer.header("retry-after")) == (503, Some("1"))
}

/// Sends a body without its last byte.
fn send_incomplete_body(service: &Service, path: &str, bytes: usize) -> TcpStream {
    let mut stream = TcpStream::connect(service.address).unwrap();
    let head = format!("POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {bytes}\r\n\r\n");
    let body = "[".repeat(bytes - 1);
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
    stream
}

#[test]
fn incomplete_bodies_beyond_the_budget_are_refused_and_old_ones_closed() {
    let service = Service::start(small_budget());
    let held: Vec<_> = (0..60).map(|_| send_incomplete_body(&service, "/v1/check", 256 << 10)).collect();
    let refused = held.into_iter().filter_map(|mut stream| {
        stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        let mut answer = [0; 1024];
        let count = stream.read(&mut answer).ok().filter(|count| *count > 0)?;
        Some(is_busy(&TestResponse::parse(&answer[..count])))
    });
    let refused: Vec<bool> = refused.collect();
    assert!(refused.len() > 10 && refused.iter().all(|busy| *busy), "{refused:?}");
    probes(&service);
    // Connections that hold bytes for long make room for others.
    eventually(
        || service.request("POST", "/v1/check", &[], &vec![b' '; 100 << 10]),
        |answer| answer.status == 200,
    );
    eventually(|| service.get("/metrics"), |_| in_flight(&service) == 0);
}

#[test]
fn heads_are_charged_too() {
    let service = Service::start(small_budget());
    let head = format!("GET /names HTTP/1.1\r\nhost: localhost\r\nx: {}", "y".repeat(12 << 10));
    let mut held = Vec::new();
    for _ in 0..150 {
        let mut stream = TcpStream::connect(service.address).unwrap();
        let _ = stream.write_all(head.as_bytes());
        held.push(stream);
    }
    // All of them have been read once a later request is answered.
    probes(&service);
    let used = in_flight(&service);
    assert!((512 << 10..=2 << 20).contains(&used), "{used}");
    let answers = held.iter_mut().filter_map(|stream| {
        stream.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
        let mut answer = [0; 1024];
        let count = stream.read(&mut answer).ok().filter(|count| *count > 0)?;
        Some(is_busy(&TestResponse::parse(&answer[..count])))
    });
    let answers: Vec<bool> = answers.collect();
    assert!(!answers.is_empty() && answers.iter().all(|busy| *busy), "{answers:?}");
    drop(held);
    eventually(|| service.get("/metrics"), |_| in_flight(&service) == 0);
}

#[test]
fn responses_stay_charged_until_they_are_written() {
    let mut settings = small_budget();
    settings.limits.connections = 1_000;
    let service = Service::start(settings);
    // Small requests with large responses, more than the system buffers.
    let body = format!("{{\"visible_filenames\":[{}1]}}", "1,".repeat(2_000));
    let one =
        format!("POST /v1/check HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let mut held = Vec::new();
    for _ in 0..12 {
        let mut stream = TcpStream::connect(service.address).unwrap();
        stream.set_write_timeout(Some(Duration::from_secs(1))).unwrap();
        let _ = stream.write_all(one.repeat(40).as_bytes());
        held.push(stream);
    }
    eventually(|| service.get("/metrics"), |_| in_flight(&service) > 200 << 10);
    for _ in 0..20 {
        assert!(in_flight(&service) <= 2 << 20);
        probes(&service);
    }
    drop(held);
    eventually(|| service.get("/metrics"), |_| in_flight(&service) == 0);
}

#[test]
fn each_path_has_its_own_limit() {
    let service = Service::start(settings("languages"));
    for (path, most) in
        [("/names", 16 << 10), ("/manifest", 16 << 10), ("/v1/check", 256 << 10), ("/v1/mix", 512 << 10)]
    {
        let body = |bytes: usize| service.request("POST", path, &[], &vec![b' '; bytes]).status;
        assert_ne!(body(most), 413, "{path}");
        assert_eq!(body(most + 1), 413, "{path}");
    }
}

#[test]
fn no_response_repeats_more_than_an_excerpt() {
    let service = Service::start(settings("languages"));
    // JSON writes each byte as six.
    let odd = "\u{1}".repeat(200 << 10);
    let escaped = "\\u0001".repeat(2_000);
    let long = "k".repeat(100 << 10);
    let path = format!("/{}", "%01".repeat(4_000));
    for (path, body) in [
        ("/manifest", odd[..16 << 10].to_owned()),
        ("/manifest", format!("{{\"name\":\"{escaped}\"}}")),
        ("/v1/check", format!("{{\"hidden_filenames\":[\"({}\"]}}", "\\u0001".repeat(40_000))),
        ("/v1/check", format!("{{\"{}\":1,\"{}\":1}}", &odd[..100_000], &odd[..100_000])),
        ("/v1/check", format!("{{\"{long}\":1,\"{long}\":2}}")),
        ("/v1/mix", format!("{{\"{long}\":1}}")),
        ("/v1/mix", format!("{{\"language\":\"{long}\"}}")),
        (path.as_str(), String::new()),
        ("/v1/start-points/%01%01", String::new()),
    ] {
        let answer = service.request("POST", path, &[], body.as_bytes());
        assert!(answer.body.len() < 16 << 10, "{path:.20}: {} bytes", answer.body.len());
    }
    // One long key around many errors: the pointer of each contains it.
    let around = format!("{{\"{long}\":[{}1]}}", "{\"a\":0,\"a\":0},".repeat(8_000));
    let answer = service.request("POST", "/v1/check", &[], around.as_bytes());
    assert_eq!(answer.status, 200);
    assert!(answer.body.len() < 1 << 20, "{} bytes", answer.body.len());
    let report = answer.json();
    let pointers = report["diagnostics"].as_array().unwrap().iter().map(|found| found["pointer"].as_str());
    assert!(pointers.clone().count() > 20 && pointers.flatten().all(|pointer| pointer.len() <= 200));
}

#[test]
fn work_waits_its_turn_or_is_refused_and_probes_do_not_wait() {
    let mut settings = settings("languages");
    (settings.limits.work, settings.limits.work_waiting) = (1, 2);
    let service = Service::start(settings);
    let piece = "{\"a\":1},";
    let body = format!("{{\"visible_filenames\":[{}1]}}", piece.repeat((200 << 10) / piece.len()));
    let statuses: Vec<TestResponse> = thread::scope(|scope| {
        let ask =
            || (0..4).map(|_| service.request("POST", "/v1/check", &[], body.as_bytes())).collect::<Vec<_>>();
        let asking: Vec<_> = (0..12).map(|_| scope.spawn(ask)).collect();
        while asking.iter().any(|asking| !asking.is_finished()) {
            assert_eq!(service.get("/ready").status, 200);
        }
        asking.into_iter().flat_map(|asking| asking.join().unwrap()).collect()
    });
    assert!(statuses.iter().all(|answer| answer.status == 200 || is_busy(answer)), "{statuses:?}");
    assert!(statuses.iter().any(|answer| answer.status == 200) && statuses.iter().any(is_busy));
}

/// Each new connection takes the place of the one that has been silent longest.
#[test]
fn silent_connections_do_not_keep_others_out() {
    let mut settings = settings("custom");
    settings.limits.connections = 48;
    settings.limits.head_time = Duration::from_secs(600);
    let service = Service::start(settings);
    let silent: Vec<_> = (0..200).map(|_| TcpStream::connect(service.address).unwrap()).collect();
    let began = Instant::now();
    for _ in 0..20 {
        probes(&service);
    }
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    // The last ones are still open, the first ones are not.
    let is_open = |stream: &TcpStream| {
        stream.set_nonblocking(true).unwrap();
        let mut stream = stream;
        stream.read(&mut [0]).is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
    };
    let open = silent.iter().filter(|stream| is_open(stream)).count();
    assert!(open <= 48, "{open}");
    assert!(!is_open(&silent[0]));
}
