//! The command line, as data: what is typed, printed, and answered, in `cmd/`.
//!
//! `TRYCMD=overwrite cargo test --package start-points-cli --test it commands::` writes what is printed now.

#[test]
fn commands_print_what_is_written_down() {
    trycmd::TestCases::new().case("tests/cmd/*.trycmd").env("NO_COLOR", "1");
}
