//! The shas page of the service, in Chromium.

use anyhow::Result;

use super::Count;
use crate::npm;
use crate::repository;
use crate::shell::cargo;

/// Builds the service, and looks at its page.
pub fn run() -> Result<Count> {
    // The page's tests use what those of both packages do.
    npm::install(&repository::path("wasm/npm"))?;
    npm::install(&repository::path("web"))?;
    npm::install_chromium()?;
    let mut test = cargo(&["test", "--quiet", "--locked", "--package=start-points-server", "--test=browser"]);
    // The script counts: this test is one that is left out where there is no Chromium.
    npm::test(test.args(["--", "--ignored", "--nocapture"]))
}
