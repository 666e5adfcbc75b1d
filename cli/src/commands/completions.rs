//! `completions`: what a shell needs to complete the command line.

use clap_complete::Shell;

use crate::error::{CliError, CommandOutcome};
use crate::output;

pub(crate) fn run(shell: Shell, command: &mut clap::Command) -> Result<CommandOutcome, CliError> {
    let script = match shell {
        Shell::Bash => bash(command),
        Shell::Fish => fish(command),
        shell => script(shell, command, "start-points"),
    };
    output::print_bytes(script.as_bytes())?;
    Ok(CommandOutcome::Clean)
}

fn script(shell: Shell, command: &mut clap::Command, name: &str) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, command, name, &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

/// `clap_complete` 4.6 writes a hyphen in the command's name one way where it keeps its state and another way where it
/// looks the state up (`bash.rs`: `fn_name` and `CMD_SEP`), so that nothing is completed below the first word. The
/// script is made for a name without a hyphen, and registered by [`REGISTRATION`].
fn bash(command: &mut clap::Command) -> String {
    let script = script(Shell::Bash, command, "start_points");
    let functions =
        script.split_once("\nif [[ \"${BASH_VERSINFO[0]}\" -eq 4 &&").map_or(&*script, |(text, _)| text);
    [functions, REGISTRATION].concat()
}

/// `clap_complete` 4.6 offers fish the words of options and not those of arguments without a name.
fn fish(command: &mut clap::Command) -> String {
    let mut text = script(Shell::Fish, command, "start-points");
    for command in command.get_subcommands() {
        for word in command.get_positionals().flat_map(|argument| argument.get_possible_values()) {
            text.push_str(&format!(
                "complete -c start-points -n '__fish_start_points_using_subcommand {}' -f -a {} -d {}\n",
                command.get_name(),
                quoted(word.get_name()),
                quoted(&word.get_help().map(ToString::to_string).unwrap_or_default()),
            ));
        }
    }
    text
}

/// A word as fish reads it.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// Bash hands over words split at `=` (`COMP_WORDBREAKS`): `--kind=lang` as three words, `--level RULE=LEVEL` as four.
const REGISTRATION: &str = r#"
_start_points_joined() {
    local at=$COMP_CWORD prev="$3" rule="" left
    [[ "${COMP_WORDS[at]}" == "=" ]] || at=$((at - 1))
    while [[ $at -gt 1 && "${COMP_WORDS[at]}" == "=" ]]; do
        left="${COMP_WORDS[at - 1]}"
        if [[ "$left" == --* ]]; then
            prev="$left"
            break
        fi
        rule="$left=$rule"
        prev="${COMP_WORDS[at - 2]}"
        at=$((at - 2))
    done
    _start_points "$1" "$rule$2" "$prev"
    COMPREPLY=("${COMPREPLY[@]#"$rule"}")
}

if [[ "${BASH_VERSINFO[0]}" -eq 4 && "${BASH_VERSINFO[1]}" -ge 4 || "${BASH_VERSINFO[0]}" -gt 4 ]]; then
    complete -F _start_points_joined -o nosort -o bashdefault -o default start-points
else
    complete -F _start_points_joined -o bashdefault -o default start-points
fi
"#;
