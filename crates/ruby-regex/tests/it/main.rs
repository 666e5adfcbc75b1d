//! The grammar, compared with Ruby itself.

#![allow(unreachable_pub, reason = "tests")]

mod known_answers;
