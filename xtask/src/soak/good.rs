//! Clients that behave: what they get is checked, and how long probes take is measured.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use super::load::{Count, Load};

/// What a request was answered.
enum Answer {
    Served(Vec<u8>),
    /// With 503 and `Retry-After`.
    Refused,
}

fn ask(address: &str, method: &str, path: &str, body: &str) -> Result<Answer> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let head = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n");
    let request = format!("{head}content-length: {}\r\n\r\n{body}", body.len());
    // A refusal may come before all is sent.
    let _ = stream.write_all(request.as_bytes());
    let mut answer = Vec::new();
    stream
        .read_to_end(&mut answer)
        .with_context(|| format!("{method} {path} {:?} after {} bytes", stream.local_addr(), answer.len()))?;
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let end = end.with_context(|| format!("{method} {path}: {} bytes and no answer", answer.len()))?;
    let head = String::from_utf8_lossy(&answer[..end]).to_lowercase();
    if head.starts_with("http/1.1 503") && head.contains("retry-after:") {
        return Ok(Answer::Refused);
    }
    ensure!(head.starts_with("http/1.1 200"), "{method} {path}: {head}");
    Ok(Answer::Served(answer.split_off(end + 4)))
}

/// Asks as clients do, each time anew, and believes no answer unseen. These answers need no room: none is refused.
pub(super) fn deployed_api(load: &Load<'_>, count: &Count) -> Result<()> {
    let served = |answer| match answer {
        Answer::Served(body) => Ok(body),
        Answer::Refused => bail!("a request of the deployed API was refused"),
    };
    let names: Value = serde_json::from_slice(&served(ask(load.address, "GET", "/names", "")?)?)?;
    let names = names["names"].as_array().context("names")?.clone();
    for name in names.iter().cycle() {
        if !load.goes_on() {
            break;
        }
        let body = serde_json::json!({ "name": name }).to_string();
        let answer: Value = serde_json::from_slice(&served(ask(load.address, "GET", "/manifest", &body)?)?)?;
        ensure!(answer["manifest"]["display_name"] == *name, "{name} was answered by {answer}");
        served(ask(load.address, "GET", "/names", "")?)?;
        count.served(2);
        thread::sleep(Duration::from_millis(2));
    }
    Ok(())
}

/// Checks and mixes, which may be refused.
pub(super) fn checks(load: &Load<'_>, count: &Count) -> Result<()> {
    let Answer::Served(names) = ask(load.address, "GET", "/names", "")? else { bail!("names were refused") };
    let names: Value = serde_json::from_slice(&names)?;
    let mix = serde_json::json!({ "language": names["names"][0] }).to_string();
    let manifest = r#"{"display_name":"C","visible_filenames":["cyber-dojo.sh"],"image_name":"a/b:1"}"#;
    let large = format!("{{\"visible_filenames\":[{}\"a\"]}}", "\"cyber-dojo.sh\",".repeat(3_000));
    for (path, body) in
        [("/v1/check", manifest), ("/v1/mix", mix.as_str()), ("/v1/check", large.as_str())].iter().cycle()
    {
        if !load.goes_on() {
            break;
        }
        match ask(load.address, "POST", path, body)? {
            Answer::Served(body) => {
                let _: Value = serde_json::from_slice(&body)?;
                count.served(1);
            }
            Answer::Refused => count.refused(1),
        }
        thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

/// How long the longest probe took, and how long the same round trip to a server that does nothing else: what of it is
/// the machine's.
pub(super) fn probes(load: &Load<'_>, count: &Count) -> Result<(Duration, Duration)> {
    let bare = TcpListener::bind("127.0.0.1:0")?;
    let address = bare.local_addr()?.to_string();
    thread::spawn(move || {
        for mut stream in bare.incoming().flatten() {
            let _ = stream.read(&mut [0; 1024]);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
        }
    });
    let (mut longest, mut longest_bare) = (Duration::ZERO, Duration::ZERO);
    for path in ["/alive", "/ready", "/v1/ready"].iter().cycle() {
        if !load.goes_on() {
            break;
        }
        let began = Instant::now();
        let answer = ask(load.address, "GET", path, "")?;
        longest = longest.max(began.elapsed());
        ensure!(matches!(answer, Answer::Served(_)), "{path} was refused");
        count.served(1);
        let began = Instant::now();
        ask(&address, "GET", path, "")?;
        longest_bare = longest_bare.max(began.elapsed());
        thread::sleep(Duration::from_millis(20));
    }
    Ok((longest, longest_bare))
}
