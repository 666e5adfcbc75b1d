//! The engine beside recorded answers: the deployed checker's verdicts, Ruby's, and the manifests in use today.

#[path = "../support/breakage.rs"]
mod breakage;
mod corpus;
mod json;
mod recovery;
#[path = "../support/mod.rs"]
mod support;
mod verdicts;
