//! Shared by tests of the shas page: a catalogue, images in a registry, durations, and services that respond.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::thread;

use serde_json::{Value, json};
use start_points::Time;
use start_points_oci::registry::{CredentialSource, Registry, RegistryOptions};
use start_points_oci::{Image, ImageConfig, Layer, LayerFile, LayerFiles};
use start_points_server::{CatalogueSource, ServerSettings};
use start_points_testing::registry::Served;
use tempfile::TempDir;

use super::Service;

/// The commit of an entry.
pub fn sha(index: usize) -> String {
    format!("{:08x}{index:032x}", 0x384f_4866_usize.wrapping_mul(2 * index + 1) % 0xffff_ffff)
}

/// Writes a catalogue with these entries: display name, URL, image.
pub fn catalogue(folder: &Path, entries: &[(&str, &str, &str)]) {
    let mut shas = String::new();
    for (index, (name, url, image)) in entries.iter().enumerate() {
        shas += &format!("{index}\t{}\t{url}\n", sha(index));
        let at = folder.join(format!("{index}/start_point"));
        fs::create_dir_all(&at).unwrap();
        fs::write(at.join("cyber-dojo.sh"), "make\n").unwrap();
        let manifest = json!({
            "display_name": name, "image_name": image, "filename_extension": [".c"],
            "visible_filenames": ["cyber-dojo.sh"],
        });
        fs::write(at.join("manifest.json"), manifest.to_string() + "\n").unwrap();
    }
    fs::write(folder.join("shas.txt"), shas).unwrap();
}

pub const URL: &str = "https://github.com/cyber-dojo-languages/java-junit";

pub fn durations(folder: &Path, image: &str, mean: &str) {
    let file = folder.join(format!("{image}.json"));
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    let mean: f64 = mean.parse().unwrap();
    let seconds = |share: f64| format!("{:.2}", mean * share);
    let text = json!({
        "red_duration": seconds(1.1), "amber_duration": seconds(0.8), "green_duration": seconds(1.1),
        "mean_duration": seconds(1.0),
    });
    fs::write(file, text.to_string()).unwrap();
}

pub fn push(served: &Served, name: &str, created: &str) -> String {
    let files = LayerFiles::from([("a".to_owned(), LayerFile::plain(*b"a"))]);
    let facts = ImageConfig::new(created.parse::<Time>().unwrap());
    let image = Image::new(&[Layer::pack(&files).unwrap()], &facts).unwrap();
    let name = served.name(name);
    Registry::new(anonymous()).push(&name, &image, None).unwrap();
    name.to_string()
}

pub fn anonymous() -> RegistryOptions {
    RegistryOptions { credentials: CredentialSource::Anonymous, ..RegistryOptions::default() }
}

pub fn settings(folder: &TempDir) -> ServerSettings {
    let mut settings = ServerSettings::new(CatalogueSource::Folder(folder.path().join("catalogue")));
    settings.registry = anonymous();
    settings
}

/// The URL of a server that sends these bytes as its response to every request.
pub fn responding_with(bytes: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/sha", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(bytes);
        }
    });
    url
}

/// The page once nothing is waited for.
pub fn settled(service: &Service) -> Value {
    for _ in 0..600 {
        let shas = service.get("/v1/shas").json();
        let rows = |key: &str| shas[key].as_array().unwrap().clone();
        let asking = rows("services").iter().any(|row| row["error"] == json!("waiting for its answer"))
            || rows("ltfs").iter().any(|row| row["gate"].is_null() && row["gate_error"].is_null());
        if !asking {
            return shas;
        }
        thread::sleep(std::time::Duration::from_millis(100));
    }
    panic!("the page is still waiting");
}
