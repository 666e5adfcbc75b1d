//! A hostile registry: it lies, stalls, sends endless responses and redirects elsewhere.

use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::support::catalogue;
use flate2::Compression;
use flate2::write::GzEncoder;
use start_points::ImageName;
use start_points_oci::registry::{CredentialSource, Registry, RegistryOptions};
use start_points_oci::{Descriptor, Digest, MediaType, OciError, OciErrorKind};
use start_points_testing::git::{GitServer, Reply, Request, Serves};

const TAR: &str = MediaType::LAYER;

/// An image served by hand: parts by their digests, and the manifest under every tag.
#[derive(Default, Clone)]
struct Kept {
    parts: Vec<(Digest, Vec<u8>)>,
    manifest: Vec<u8>,
}

impl Kept {
    fn of(layer: Vec<u8>, media_type: &str, unpacked: &Digest) -> Self {
        let config = format!(
            r#"{{"os":"linux","architecture":"amd64","rootfs":{{"type":"layers","diff_ids":["{unpacked}"]}}}}"#
        );
        let mut kept = Self::default();
        let mut keep = |media_type: &str, bytes: Vec<u8>| {
            let part = Descriptor::of(media_type, &bytes);
            kept.parts.push((part.digest.clone(), bytes));
            serde_json::to_string(&part).unwrap()
        };
        let (layer, config) = (keep(media_type, layer), keep(MediaType::CONFIG, config.into_bytes()));
        kept.manifest = format!(r#"{{"schemaVersion":2,"config":{config},"layers":[{layer}]}}"#).into_bytes();
        kept
    }

    fn small() -> Self {
        let tar = vec![0; 1024];
        Self::of(tar.clone(), TAR, &Digest::of(&tar))
    }

    fn answer(&self, request: &Request) -> Reply {
        let last = request.path.rsplit('/').next().unwrap_or_default();
        if request.path.contains("/manifests/") {
            return Reply::Answer(200, vec![content_type(MediaType::MANIFEST)], self.manifest.clone());
        }
        match self.parts.iter().find(|(digest, _)| digest.as_str() == last) {
            Some((_, bytes)) => Reply::Answer(200, Vec::new(), bytes.clone()),
            None => Reply::Answer(404, Vec::new(), Vec::new()),
        }
    }
}

fn content_type(text: &str) -> (String, String) {
    ("Content-Type".to_owned(), text.to_owned())
}

fn header(name: &str, value: &str) -> Vec<(String, String)> {
    vec![(name.to_owned(), value.to_owned())]
}

fn hostile(instead: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> GitServer {
    let instead = move |_: usize, request: &Request| Some(instead(request));
    GitServer::serving(
        Path::new("/nowhere"),
        Serves { instead: Some(Box::new(instead)), ..Serves::default() },
    )
    .unwrap()
}

fn name(server: &GitServer) -> ImageName {
    ImageName::parse(&format!("{}/x:1", server.address())).unwrap()
}

fn client(change: impl FnOnce(&mut RegistryOptions)) -> Registry {
    let mut options = RegistryOptions {
        credentials: CredentialSource::Anonymous,
        plain_http: true,
        ..RegistryOptions::default()
    };
    options.limits.stall = Duration::from_millis(500);
    options.limits.time = Duration::from_secs(20);
    change(&mut options);
    Registry::new(options)
}

/// The fault of opening an image and reading its files; it names the image.
fn fault_with(server: &GitServer, change: impl FnOnce(&mut RegistryOptions)) -> OciError {
    let started = Instant::now();
    let opened = client(change).open(&name(server));
    let error = opened.and_then(|image| image.files("")).unwrap_err();
    assert!(started.elapsed() < Duration::from_secs(15), "{error}");
    assert!(error.to_string().contains(&name(server).to_string()), "{error}");
    assert!(!error.to_string().contains(char::is_control), "{error}");
    error
}

fn fault(server: &GitServer) -> OciErrorKind {
    fault_with(server, |_| {}).kind().clone()
}

#[test]
fn an_honest_registry_is_read() {
    let server = hostile(|request| Kept::small().answer(request));
    assert!(client(|_| {}).open(&name(&server)).unwrap().files("").unwrap().files.is_empty());
}

#[test]
fn a_wrong_digest_is_noticed() {
    let wrong = Digest::of(b"something else");
    let said = wrong.clone();
    let server = hostile(move |request| match Kept::small().answer(request) {
        Reply::Answer(status, mut headers, body) => {
            headers.extend(header("Docker-Content-Digest", said.as_str()));
            Reply::Answer(status, headers, body)
        }
        other => other,
    });
    assert!(matches!(fault(&server), OciErrorKind::DigestMismatch { expected, .. } if expected == wrong));

    let server = hostile(|request| Kept::small().answer(request));
    let asked = ImageName::parse(&format!("{}/x@{wrong}", server.address())).unwrap();
    let error = client(|_| {}).open(&asked).unwrap_err();
    assert!(matches!(error.kind(), OciErrorKind::DigestMismatch { .. }), "{error}");

    for (bytes, is_longer) in [(vec![1; 1024], false), (vec![0; 1025], true)] {
        let server = hostile(move |request| match request.path.contains("/blobs/") {
            true if request.path.ends_with(Kept::small().parts[0].0.as_str()) => {
                Reply::Answer(200, Vec::new(), bytes.clone())
            }
            _ => Kept::small().answer(request),
        });
        let cause = fault(&server);
        assert!(
            matches!(
                (&cause, is_longer),
                (OciErrorKind::SizeMismatch { .. }, true)
                    | (OciErrorKind::DigestMismatch { .. } | OciErrorKind::Broken { .. }, false)
            ),
            "{cause}"
        );
    }
}

#[test]
fn a_stalled_registry_times_out() {
    assert_eq!(fault(&hostile(|_| Reply::Stall)), OciErrorKind::Stalled);
    let server = hostile(|request| match request.path.contains("/blobs/") {
        true => Reply::Stall,
        false => Kept::small().answer(request),
    });
    assert_eq!(fault(&server), OciErrorKind::Stalled);
    let error = fault_with(&hostile(|_| Reply::Stall), |options| {
        options.limits.stall = Duration::from_secs(10);
        options.limits.time = Duration::from_secs(1);
    });
    assert_eq!(error.kind(), &OciErrorKind::TimedOut { seconds: 1 });
    assert!(matches!(fault(&hostile(|_| Reply::HangUp)), OciErrorKind::Network(_)));
}

#[test]
fn endless_documents_are_cut_off() {
    let chunk = vec![b' '; 1 << 16];
    let manifest = hostile(move |_| Reply::Endless(vec![content_type(MediaType::MANIFEST)], chunk.clone()));
    assert_eq!(fault(&manifest), OciErrorKind::TooLarge { what: "the manifest", limit: 4 << 20 });
    let tags = client(|_| {}).tags(&name(&manifest)).unwrap_err();
    assert!(matches!(tags.kind(), OciErrorKind::TooLarge { .. }), "{tags}");

    let server = hostile(|request| match request.path.contains("/blobs/") {
        true => Reply::Endless(Vec::new(), vec![0; 1 << 16]),
        false => Kept::small().answer(request),
    });
    assert!(matches!(fault(&server), OciErrorKind::SizeMismatch { .. }));

    let complaint = hostile(|request| match request.path.contains("/manifests/") {
        true => Reply::Answer(500, Vec::new(), vec![b'x'; 64 << 20]),
        false => Reply::Stall,
    });
    assert!(matches!(fault(&complaint), OciErrorKind::Registry { status: 500, .. }));
}

#[test]
fn a_decompression_bomb_is_cut_off() {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    let mut header = tar::Header::new_gnu();
    header.set_path("big").unwrap();
    header.set_size(64 << 30);
    header.set_cksum();
    gzip.write_all(header.as_bytes()).unwrap();
    for _ in 0..256 {
        gzip.write_all(&[0; 1 << 20]).unwrap();
    }
    let kept = Kept::of(gzip.finish().unwrap(), MediaType::LAYER_GZIP, &Digest::of(b""));
    let server = hostile(move |request| kept.answer(request));
    let error = fault_with(&server, |options| options.limits.unpacked_bytes = 16 << 20);
    assert!(matches!(error.kind(), OciErrorKind::TooLarge { limit: 16_777_216, .. }), "{error}");
}

#[test]
fn manifests_above_the_limits_are_refused() {
    let part =
        |digest: &str, size: u64| format!(r#"{{"mediaType":"{TAR}","digest":"{digest}","size":{size}}}"#);
    let served = |layers: String| {
        let mut kept = Kept::small();
        let config = part(kept.parts[1].0.as_str(), kept.parts[1].1.len() as u64);
        kept.manifest =
            format!(r#"{{"schemaVersion":2,"config":{config},"layers":[{layers}]}}"#).into_bytes();
        hostile(move |request| kept.answer(request))
    };
    let small = Kept::small().parts[0].0.clone();
    let many = vec![part(small.as_str(), 1024); 5_000].join(",");
    assert_eq!(fault(&served(many)), OciErrorKind::TooMany { what: "layers", limit: 128 });
    assert_eq!(
        fault(&served(part(small.as_str(), u64::MAX))),
        OciErrorKind::TooLarge { what: "a layer", limit: 1 << 30 }
    );
    let climbing = fault(&served(part("sha256:../../../etc/passwd", 1)));
    assert!(matches!(climbing, OciErrorKind::Broken { .. }), "{climbing}");
    for nonsense in ["", "[]", "{}", "\u{1b}[31m", &"[".repeat(100_000)] {
        let body = nonsense.as_bytes().to_vec();
        let server =
            hostile(move |_| Reply::Answer(200, vec![content_type(MediaType::MANIFEST)], body.clone()));
        assert!(matches!(fault(&server), OciErrorKind::Broken { .. }), "{nonsense}");
    }
    let page = hostile(|_| Reply::Answer(200, vec![content_type("text/html")], b"{}".to_vec()));
    assert!(matches!(fault(&page), OciErrorKind::UnknownType(_)));
}

#[test]
fn redirects_stay_in_their_scheme() {
    for target in
        ["https://127.0.0.1:1/x", "file:///etc/passwd", "ftp://127.0.0.1/x", "x", "//user@127.0.0.1/"]
    {
        let server = hostile(move |_| Reply::Answer(307, header("Location", target), Vec::new()));
        assert!(matches!(fault(&server), OciErrorKind::Redirected(_)), "{target}");
    }
    let round = hostile(|request| Reply::Answer(302, header("Location", &request.path), Vec::new()));
    assert!(matches!(fault(&round), OciErrorKind::Redirected(_)));
    let upload = hostile(|request| match request.method.as_str() {
        "POST" => Reply::Answer(202, header("Location", "https://127.0.0.1:1/upload"), Vec::new()),
        _ => Reply::Answer(404, Vec::new(), Vec::new()),
    });
    let error = client(|_| {}).push(&name(&upload), &catalogue(), None).unwrap_err();
    assert!(matches!(error.kind(), OciErrorKind::Redirected(_)), "{error}");
}

#[test]
fn plain_http_is_for_local_registries_only() {
    let server = hostile(|_| Reply::Answer(307, header("Location", "http://registry.example/x"), Vec::new()));
    let error = fault_with(&server, |options| options.plain_http = false);
    assert_eq!(error.kind(), &OciErrorKind::PlainHttp("registry.example".to_owned()));
    let realm = hostile(|_| {
        Reply::Answer(401, header("WWW-Authenticate", "Bearer realm=\"http://tokens.example/t\""), Vec::new())
    });
    let error = fault_with(&realm, |options| options.plain_http = false);
    assert_eq!(error.kind(), &OciErrorKind::PlainHttp("tokens.example".to_owned()));
}

#[test]
fn a_credential_goes_to_its_registry_only_and_into_no_message() {
    let secret = || CredentialSource::Password { user: "me".to_owned(), password: "t0psecret".to_owned() };
    let elsewhere = hostile(|request| Kept::small().answer(request));
    let target = elsewhere.url("");
    let server = hostile(move |request| {
        if request.header("authorization").is_none() {
            return Reply::Answer(401, header("WWW-Authenticate", "Basic realm=x"), Vec::new());
        }
        if request.path.contains("/blobs/") {
            let target = format!("{}{}", target.trim_end_matches('/'), request.path);
            return Reply::Answer(307, header("Location", &target), Vec::new());
        }
        Kept::small().answer(request)
    });
    let image = client(|options| options.credentials = secret()).open(&name(&server)).unwrap();
    image.files("").unwrap();
    assert!(elsewhere.requests().len() >= 2);
    assert!(elsewhere.requests().iter().all(|request| request.header("authorization").is_none()));

    let echo = hostile(|request| {
        let said = format!(
            r#"{{"errors":[{{"message":"no t0psecret {}"}}]}}"#,
            request.header("authorization").unwrap_or_default()
        );
        Reply::Answer(401, header("WWW-Authenticate", "Basic realm=x"), said.into_bytes())
    });
    let error = fault_with(&echo, |options| options.credentials = secret());
    assert!(matches!(error.kind(), OciErrorKind::Denied(_)), "{error}");
    assert!(
        !format!("{error} {error:?}").contains("t0psecret") && !error.to_string().contains("bWU6"),
        "{error}"
    );
}

#[test]
fn tokens_come_from_the_service_that_the_registry_names() {
    let server = hostile(|request| {
        let host = request.header("host").unwrap_or_default().to_owned();
        if request.path == "/token" {
            let is_known =
                request.query.contains("scope=repository%3Ax%3Apull") && request.query.contains("service=s");
            let token = if is_known { r#"{"token":"abc"}"# } else { "{}" };
            return Reply::Answer(200, Vec::new(), token.as_bytes().to_vec());
        }
        if request.header("authorization") == Some("Bearer abc") {
            return Kept::small().answer(request);
        }
        let challenge = format!("Bearer realm=\"http://{host}/token\",service=\"s\"");
        Reply::Answer(401, header("WWW-Authenticate", &challenge), Vec::new())
    });
    client(|_| {}).open(&name(&server)).unwrap().files("").unwrap();
    let tokens = server.requests().iter().filter(|request| request.path == "/token").count();
    assert_eq!(tokens, 1, "one token per task");

    for answer in [r#"{"token":"a\nb"}"#, r#"{"token":""}"#, "{}", "secret-looking"] {
        let server = hostile(move |request| match request.path.as_str() {
            "/token" => Reply::Answer(200, Vec::new(), answer.as_bytes().to_vec()),
            _ => Reply::Answer(401, header("WWW-Authenticate", "Bearer realm=\"/token\""), Vec::new()),
        });
        let cause = fault(&server);
        assert!(matches!(&cause, OciErrorKind::NotARegistry(said) if !said.contains("secret")), "{cause}");
    }
}

#[test]
fn endless_tag_lists_are_cut_off() {
    let page = |request: &Request, tags: &str, next: &str| {
        assert!(request.path.ends_with("/tags/list"));
        let link = header("Link", &format!("<{next}>; rel=\"next\""));
        Reply::Answer(200, link, format!(r#"{{"name":"x","tags":{tags}}}"#).into_bytes())
    };
    let tags = |server: &GitServer| {
        client(|options| options.limits.tags = 100).tags(&name(server)).unwrap_err().kind().clone()
    };
    let same = hostile(move |request| page(request, r#"["a","b"]"#, "/v2/x/tags/list?last=b"));
    assert!(matches!(tags(&same), OciErrorKind::NotARegistry(_)));
    let count = std::sync::atomic::AtomicUsize::new(0);
    let new = hostile(move |request| {
        let next = count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        page(request, &format!(r#"["t{next}"]"#), "/v2/x/tags/list?more")
    });
    assert_eq!(tags(&new), OciErrorKind::TooMany { what: "tags", limit: 100 });
    let away = hostile(move |request| page(request, r#"["a"]"#, "http://127.0.0.1:1/v2/x/tags/list"));
    assert!(matches!(tags(&away), OciErrorKind::Redirected(_)));
    let strange = hostile(|_| Reply::Answer(200, Vec::new(), br#"{"tags":["a\u001b[31m"]}"#.to_vec()));
    assert!(matches!(tags(&strange), OciErrorKind::Broken { .. }));
    let none = hostile(|_| Reply::Answer(200, Vec::new(), br#"{"name":"x","tags":null}"#.to_vec()));
    assert_eq!(client(|_| {}).tags(&name(&none)).unwrap(), [""; 0]);
}

#[test]
fn a_supported_challenge_is_found_among_others() {
    let offers: [&[&str]; 4] = [
        &["Negotiate YII/a==, Basic realm=\"a, b\", BEARER Realm = \"/token\" , service=\"s\\\"t\""],
        &["Basic realm=x", "Negotiate", "Bearer service=\"s\\\"t\",realm=\"/token\""],
        &["Bearer realm=\"/token\",service=\"s\\\"t\",scope=\"repository:x:pull\",Basic"],
        &[",Digest qop=\"auth, auth-int\",nonce=\"a=\",Bearer\trealm=\"/token\", service=\"s\\\"t\""],
    ];
    for offer in offers {
        let fields =
            || offer.iter().map(|value| ("WWW-Authenticate".to_owned(), (*value).to_owned())).collect();
        let server = hostile(move |request| match request.path.as_str() {
            "/token" => {
                assert!(request.query.contains("service=s%22t"), "{}", request.query);
                Reply::Answer(200, Vec::new(), br#"{"token":"abc"}"#.to_vec())
            }
            _ if request.header("authorization") == Some("Bearer abc") => Kept::small().answer(request),
            _ => Reply::Answer(401, fields(), Vec::new()),
        });
        client(|_| {}).open(&name(&server)).unwrap().files("").unwrap();
    }
}

#[test]
fn pages_of_tags_are_followed_in_any_spelling_of_their_links() {
    let links: [&[&str]; 5] = [
        &["<?page=1>; rel=next"],
        &["<list?page=1>; title=\"a, b; rel=prev\"; REL=\"last NEXT\""],
        &["</v2/>; rel=\"up\", <../tags/list?page=1>;rel = next"],
        &["</v2/>; rel=index", "</v2/x/tags/list?page=1#there> ; rel=\"next\""],
        &["<?page=7>; rel=next; anchor=\"/y\", <?page=1>; rel=next"],
    ];
    for link in links {
        let fields = || link.iter().map(|value| ("Link".to_owned(), (*value).to_owned())).collect();
        let server = hostile(move |request| match request.query.as_str() {
            "page=1" => Reply::Answer(200, Vec::new(), br#"{"tags":["b"]}"#.to_vec()),
            _ => Reply::Answer(200, fields(), br#"{"tags":["a"]}"#.to_vec()),
        });
        assert_eq!(client(|_| {}).tags(&name(&server)).unwrap(), ["a", "b"], "{link:?}");
    }
}
