//! HTTPS, with a certificate whose authority the client trusts.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;

use crate::support::{Service, TestResponse, settings};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, Stream};
use start_points_server::{Server, ServerSettings, StartError, TlsFiles};
use start_points_testing::registry::certify;

fn secured(folder: &Path) -> ServerSettings {
    let mut settings = settings("custom");
    settings.tls = Some(TlsFiles { certificate: folder.join("leaf.pem"), key: folder.join("leaf.key") });
    settings
}

fn client(roots: RootCertStore) -> Arc<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Arc::new(builder.unwrap().with_root_certificates(roots).with_no_client_auth())
}

fn ask(service: &Service, config: &Arc<ClientConfig>) -> std::io::Result<TestResponse> {
    let name = ServerName::try_from("127.0.0.1").unwrap();
    let mut connection = ClientConnection::new(Arc::clone(config), name).unwrap();
    let mut socket = TcpStream::connect(service.address)?;
    let mut stream = Stream::new(&mut connection, &mut socket);
    stream.write_all(b"GET /alive HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(TestResponse::parse(&answer))
}

#[test]
fn clients_that_trust_the_certificate_are_served() {
    let folder = tempfile::tempdir().unwrap();
    certify(folder.path());
    let service = Service::start(secured(folder.path()));
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(folder.path().join("ca.pem")).unwrap()).unwrap();
    let trusting = client(roots);
    assert_eq!(ask(&service, &trusting).unwrap().text(), "{\"alive?\":true}");
    let error = ask(&service, &client(RootCertStore::empty())).unwrap_err().to_string();
    assert!(error.contains("UnknownIssuer"), "{error}");
    // Plain HTTP gets no response, and does no harm.
    let mut plain = TcpStream::connect(service.address).unwrap();
    plain.write_all(b"GET /alive HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    let _ = plain.read_to_end(&mut answer);
    assert!(!answer.starts_with(b"HTTP"));
    assert_eq!(ask(&service, &trusting).unwrap().status, 200);
}

#[tokio::test]
async fn unusable_certificates_are_refused_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    certify(folder.path());
    let cases = [
        ("leaf.pem", "none"),
        ("none", "leaf.key"),
        ("leaf.key", "leaf.key"),
        ("leaf.pem", "ca.key"),
        ("leaf.pem", "leaf.pem"),
    ];
    for (certificate, key) in cases {
        let mut settings = secured(folder.path());
        settings.tls =
            Some(TlsFiles { certificate: folder.path().join(certificate), key: folder.path().join(key) });
        let error = Server::start(settings).await.unwrap_err();
        assert!(matches!(error, StartError::Tls { .. }), "{certificate} {key}: {error}");
    }
}
