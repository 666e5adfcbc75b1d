//! `completions`: what a shell needs to complete the command line.

use clap_complete::Shell;

use crate::error::{Failure, Outcome};
use crate::output;

pub(crate) fn run(shell: Shell) -> Result<Outcome, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut crate::command(), "start-points", &mut script);
    output::print_raw(&String::from_utf8_lossy(&script))?;
    Ok(Outcome::Clean)
}
