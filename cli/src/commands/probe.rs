//! `probe`: whether a service on this machine is ready, for images that hold nothing else that could ask.

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use clap::Args;
use start_points::Kind;
use start_points::shown::shown;

use crate::error::{CliError, CommandOutcome};
use crate::output::{eprint_line, print};

/// Arguments of `probe`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  start-points probe || exit 1                      a container's health check
  start-points probe --port 8080

Exit codes: 0 ready, 1 not ready or not reachable. TLS is not supported.")]
pub(crate) struct ProbeArguments {
    /// The port of the service [default: the first of 4524, 4525 and 4526 that responds]
    #[arg(long, value_name = "PORT", env = "PORT", hide_env_values = true)]
    pub port: Option<u16>,
}

/// A service that takes longer is not ready.
const TIME: Duration = Duration::from_secs(1);

/// The most bytes of an answer that are looked at: its first line is what counts.
const MAX_BYTES: u64 = 4 << 10;

pub(crate) fn run(arguments: &ProbeArguments) -> Result<CommandOutcome, CliError> {
    let kinds = || Kind::ALL.map(start_points_oci::default_port).to_vec();
    let ports = arguments.port.map_or_else(kinds, |port| vec![port]);
    let mut last = String::new();
    for port in &ports {
        match ask(*port) {
            Ok(200) => {
                print("ready\n")?;
                return Ok(CommandOutcome::Clean);
            }
            Ok(503) => last = format!("not ready: see http://127.0.0.1:{port}/v1/ready"),
            Ok(status) => last = format!("port {port} belongs to another service: status {status}"),
            // Of several ports, all but one are nobody's.
            Err(error) if last.is_empty() => {
                last = format!("no response on port {port}: {}", shown(&error.to_string()));
            }
            Err(_) => {}
        }
    }
    eprint_line(&last)?;
    Ok(CommandOutcome::Faults)
}

/// The status of an answer.
fn ask(port: u16) -> io::Result<u16> {
    let mut stream = TcpStream::connect_timeout(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)), TIME)?;
    stream.set_read_timeout(Some(TIME))?;
    stream.set_write_timeout(Some(TIME))?;
    stream.write_all(b"GET /v1/ready HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
    let mut head = Vec::new();
    let mut stream = stream.take(MAX_BYTES);
    let mut buffer = [0; 512];
    while !head.contains(&b'\n') {
        match stream.read(&mut buffer)? {
            0 => break,
            read => head.extend_from_slice(buffer.get(..read).unwrap_or_default()),
        }
    }
    let head = String::from_utf8_lossy(&head);
    let status = head.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)?.parse().ok());
    status.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "not an HTTP response"))
}
