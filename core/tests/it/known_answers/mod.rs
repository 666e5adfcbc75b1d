//! The engine beside recorded answers: the deployed checker's verdicts, Ruby's, and the manifests in use today.

mod corpus;
mod json;
mod recovery;
mod verdicts;
