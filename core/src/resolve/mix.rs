//! Mixing: a languages start-point and an exercise become one practice session.

use super::manifest::{Resolved, new_member};
use crate::json::{Member, Node, Value};
use crate::text_map::TextMap;

/// The practice session of a languages start-point (LSP) with an exercise (ESP), or of a start-point alone.
///
/// The LSP's manifest with the exercise's visible files merged over its own: the exercise wins, a shared name keeps
/// its place, new ones are appended. `exercise` is the exercise's display name. Without an exercise, and for a
/// custom start-point, the manifest stays as it is.
#[must_use]
pub fn mix<'a>(language: &Resolved<'a>, exercise: Option<&Resolved<'a>>) -> Resolved<'a> {
    let Some(exercise) = exercise else { return language.clone() };
    let mut members: Vec<Member<'a>> = Vec::new();
    let mut files: Vec<Member<'a>> = Vec::new();
    for member in language.node.members() {
        match member.key.as_ref() {
            "visible_files" => files = member.node.members().to_vec(),
            "exercise" => {}
            _ => members.push(member.clone()),
        }
    }
    merge(&mut files, exercise.node.get("visible_files").map(Node::members).unwrap_or_default());
    if let Some(name) = exercise.node.get("display_name") {
        members.push(new_member("exercise", name.clone()));
    }
    let span = language.node.span;
    members.push(new_member("visible_files", Node { span, value: Value::Object(files) }));
    Resolved { node: Node { span, value: Value::Object(members) } }
}

/// Costs no more than the files there are: both lists may be as long as a manifest allows.
fn merge<'a>(files: &mut Vec<Member<'a>>, over: &[Member<'a>]) {
    let mut places = TextMap::new();
    for (index, file) in files.iter().enumerate() {
        places.get_or_insert_with(&file.key.as_ref().into(), || index);
    }
    for file in over {
        let index = *places.get_or_insert_with(&file.key.as_ref().into(), || files.len());
        match files.get_mut(index) {
            Some(known) => known.node = file.node.clone(),
            None => files.push(file.clone()),
        }
    }
}
