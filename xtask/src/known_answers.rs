//! Where the known answers lie: recorded verdicts and real manifests, which are not part of the repository.

use std::path::PathBuf;

use anyhow::{Result, ensure};
use start_points::Kind;
use start_points_testing::{KNOWN_ANSWERS, TestStartPoint, corpus, made_start_points};

use crate::repository;

/// The folder that the variable names, or the one beside the repository where it exists.
pub fn folder() -> Result<Option<PathBuf>> {
    if let Some(named) = std::env::var_os(KNOWN_ANSWERS) {
        let named = PathBuf::from(named);
        ensure!(named.is_dir(), "{KNOWN_ANSWERS} names `{}`, which is not a folder", named.display());
        return Ok(Some(named));
    }
    let beside = repository::path("../shared");
    Ok(beside.join("oracle").is_dir().then_some(beside))
}

/// The start-points that a bench measures with; says which they are.
pub fn start_points(kind: Kind) -> Result<Vec<TestStartPoint>> {
    let Some(folder) = folder()? else {
        println!("measured with made start-points: the real ones are not beside the repository");
        return Ok(made_start_points(kind));
    };
    println!("measured with the real start-points in {}", folder.display());
    corpus(&folder.join("corpus"), kind)
}
