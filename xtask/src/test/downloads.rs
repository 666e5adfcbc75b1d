//! What the steps install: it comes while cargo builds, and a step that needs it earlier waits for it.

use std::thread::Scope;

use anyhow::Result;

use crate::{npm, repository, tools};

/// Something to install, and the steps that need it. What is on one line is installed in order.
type Download = (&'static [&'static str], fn() -> Result<()>);

const DOWNLOADS: [Download; 5] = [
    (&["hook", "python"], || tools::python().map(drop)),
    (&["deploy"], || tools::deploy().map(drop)),
    (&["serve"], || tools::schemathesis().map(drop)),
    (&["wasm", "web", "shas"], || {
        npm::install(&repository::path("wasm/npm"))?;
        npm::install(&repository::path("web"))
    }),
    (&["wasm", "web", "shas"], npm::install_chromium),
];

/// Starts what these steps need, each in a thread. A failure is silent: the step tries again and says what is wrong.
pub fn start<'scope>(scope: &'scope Scope<'scope, '_>, steps: &[&str]) {
    for (needed_by, download) in DOWNLOADS {
        if steps.iter().any(|step| needed_by.contains(step)) {
            scope.spawn(move || drop(download()));
        }
    }
}
