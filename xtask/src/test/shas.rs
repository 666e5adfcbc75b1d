//! The pages of the service, in Chromium: the shas page, and the set-up page that is part of the binary.

use anyhow::Result;

use super::count::Count;
use super::web;
use crate::npm;
use crate::repository;
use crate::shell::cargo;

/// Builds the service, with the set-up page as it was built last, and looks at its pages.
pub fn run() -> Result<Count> {
    web::build_once()?;
    // The page's tests use what those of both packages do.
    npm::install(&repository::path("wasm/npm"))?;
    npm::install(&repository::path("web"))?;
    npm::install_chromium()?;
    let mut test = cargo(&["test", "--quiet", "--locked", "--package=start-points-server", "--test=it"]);
    // The script counts: this test is one that is left out where there is no Chromium.
    npm::test(test.args(["--", "--ignored", "--nocapture", "browser::"]))
}
