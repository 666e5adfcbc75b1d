"""The command `start-points`, as much of it as `pip install` gives: `check` and `explain`.

Exit codes: 0 clean, 1 faults found, 2 wrong use or could not run. Standard output is that of the Rust command, byte
for byte.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import NoReturn

from . import RULES, StartPointsError, __version__, explain
from ._native import _check_paths, _escaped  # pyright: ignore[reportPrivateUsage]

FORMATS = ("full", "concise", "json", "sarif", "github")


def main(arguments: list[str] | None = None) -> int:
    """Run the command with these arguments, or this process's; answer the exit code."""
    parsed = _parser().parse_args(arguments)
    try:
        code: int = parsed.run(parsed)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # Whoever read our output has seen enough; what is left must not be flushed at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except StartPointsError as error:
        return _failed(str(error), error.hint)
    except OSError as error:
        hint = "name a manifest, a repository, or a folder of many" if isinstance(error, FileNotFoundError) else None
        return _failed(f"cannot read `{error.filename}`: {error.strerror}", hint)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="start-points", description="Checks cyber-dojo start-points.")
    parser.add_argument("--version", action="version", version=f"start-points {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    check = commands.add_parser("check", help="check manifests, repositories, and folders of many")
    check.add_argument("paths", nargs="*", default=["."], metavar="PATH")
    check.add_argument("--kind", metavar="KIND", help="languages, exercises, custom [default: found from the place]")
    check.add_argument("--dialect", metavar="DIALECT", help="auto, derived, pinned [default: auto]")
    check.add_argument("--format", choices=FORMATS, help="output format [default: full]")
    check.add_argument("--level", action="append", default=[], metavar="RULE=LEVEL", type=_rule_level)
    check.add_argument("--exclude", action="append", default=[], metavar="GLOB", help="paths to leave out")
    check.add_argument("--error-on-warnings", action="store_true", help="exit with 1 where there is a warning, too")
    check.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    check.add_argument("-q", "--quiet", action="store_true", help="print nothing but faults")
    check.set_defaults(run=_check)
    page = commands.add_parser("explain", help="say what a rule means, why, and how to mend what it finds")
    page.add_argument("rule", nargs="?", metavar="RULE", help="without it all rules are listed")
    page.add_argument("--format", choices=("text", "json"), default="text")
    page.set_defaults(run=_explain)
    return parser


def _rule_level(text: str) -> tuple[str, str]:
    rule, equals, level = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError("write RULE=LEVEL")
    return rule, level


def _check(parsed: argparse.Namespace) -> int:
    if "-" in parsed.paths:
        return _failed("standard input is not read here", "name a file, or use the Rust command")
    report, format, fails = _check_paths(
        parsed.paths,
        kind=parsed.kind,
        dialect=parsed.dialect,
        format=parsed.format,
        levels=dict(parsed.level),
        exclude=parsed.exclude,
        error_on_warnings=parsed.error_on_warnings,
    )
    _write(report.render(format, color=_in_color(parsed.color)))
    if not parsed.quiet:
        sys.stdout.flush()
        print(report.summary, file=sys.stderr)
    return 1 if fails else 0


def _explain(parsed: argparse.Namespace) -> int:
    if parsed.rule is not None and parsed.format == "text":
        _write(explain(parsed.rule))
        return 0
    if parsed.rule is not None:
        explain(parsed.rule)
    rules = [rule for rule in RULES if parsed.rule in (None, rule.id)]
    if parsed.format == "json":
        names = ("doc", "id", "severity", "since", "summary")
        shapes = [{name: getattr(rule, name) for name in names} for rule in rules]
        _write(json.dumps(shapes if parsed.rule is None else shapes[0], indent=2, ensure_ascii=False) + "\n")
        return 0
    widths = [max(len(getattr(rule, name)) for rule in rules) for name in ("id", "severity")]
    for rule in rules:
        _write(f"{rule.id:{widths[0]}}  {rule.severity:{widths[1]}}  {rule.summary}\n")
    return 0


def _write(text: str) -> None:
    """Write the same bytes everywhere: UTF-8, no newline conversion, and all of them where Python does not buffer."""
    left = memoryview(text.encode())
    while left:
        left = left[sys.stdout.buffer.write(left) :]


def _in_color(when: str) -> bool:
    if when == "auto":
        return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return when == "always"


def _failed(message: str, hint: str | None) -> int:
    print(f"error: {_shown(message)}", file=sys.stderr)
    if hint is not None:
        print(f"hint: {_shown(hint)}", file=sys.stderr)
    return 2


def _shown(text: str) -> str:
    """The text with what a terminal obeys or nobody sees escaped; a name may hold bytes that are not UTF-8."""
    return _escaped(text.encode("utf-8", "surrogateescape"))


class _Parser(argparse.ArgumentParser):
    """A parser that repeats no escape sequence of a file's name."""

    def error(self, message: str) -> NoReturn:
        super().error(_shown(message))
