"""The console script answers what the Rust command answers: the same bytes, the same exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT

RUST = os.environ.get("RUST_START_POINTS", "")
PLACES = [
    "examples/good",
    "examples/bad",
    "examples/bad/python-unittest/start_point/manifest.json",
    "examples/bad/python-unittest/start_point/hiker.py",
    "cli/tests/cmd/check.in",
    "cli/tests/cmd/settings.in",
    "cli/tests/cmd/other.in",
    "cli/tests/cmd/check.in/gcc/docker/Dockerfile.base",
    "cli/tests/cmd/check.in/empty",
    "conformance",
    "no/such/path",
]


def run(command: list[str], folder: Path = ROOT, **environment: str) -> tuple[int, bytes, bytes]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("START_POINTS_")}
    done = subprocess.run(command, cwd=folder, env={**clean, **environment}, capture_output=True, timeout=120)
    return done.returncode, done.stdout, done.stderr


def ours(*arguments: str, folder: Path = ROOT, **environment: str) -> tuple[int, bytes, bytes]:
    return run([sys.executable, "-m", "start_points", *arguments], folder, **environment)


def same(*arguments: str, folder: Path = ROOT, **environment: str) -> tuple[int, bytes]:
    assert RUST, "RUST_START_POINTS names the Rust command: `cargo xtask test python` sets it"
    code, out, _ = ours(*arguments, folder=folder, **environment)
    assert (code, out) == run([RUST, *arguments], folder, **environment)[:2]
    return code, out


@pytest.mark.parametrize("format", ["full", "concise", "json", "sarif", "github"])
def test_every_place_in_every_format(format: str) -> None:
    for place in PLACES:
        for dialect in ("derived", "pinned"):
            same("check", place, "--dialect", dialect, "--format", format)


def test_arguments_and_settings() -> None:
    assert same("check", "examples/good")[0] == 0
    assert same("check", "examples/bad", "examples/good", "examples/bad/python-unittest")[0] == 1
    assert same("check", "examples/bad", "--kind", "custom", "--color", "always")[1].count(b"\x1b[") > 4
    same("check", "examples/bad", "--level", "missing-file=off", "--level", "unnamed-file=error")
    same("check", "examples", "--exclude", "bad/", "--format", "concise")
    same("check", "examples/bad", START_POINTS_DIALECT="pinned", START_POINTS_FORMAT="json")
    same("check", "examples/good", "--error-on-warnings")
    same("check", "examples/bad", "--error-on-warnings", "--level", "missing-file=warning")
    same("check", "cli/tests/cmd", "--level", "duplicate-display-name=off", "--format", "json")
    for folder in ("cli/tests/cmd/settings.in", "examples/bad/python-unittest/start_point", "examples"):
        same("check", folder=ROOT / folder)


def test_wrong_use_ends_with_two() -> None:
    for arguments in (
        ["check", "no/such/path"],
        ["check", "--kind", "lang"],
        ["check", "--level", "missing-fil=off"],
        ["check", "--format", "xml"],
        ["check", "--nonsense"],
        ["explain", "missing-fil"],
        ["nonsense"],
        [],
    ):
        assert same(*arguments) == (2, b"")
    assert same("check", "examples", START_POINTS_KIMD="x")[0] == 2
    code, out, talk = ours("check", "-")
    assert (code, out) == (2, b"") and b"hint: " in talk


def test_nothing_hostile_reaches_a_terminal(tmp_path: Path) -> None:
    hostile = "a\x1b]52;c;x\x07\x9b2J\u202eb\u200b\udcff"
    (tmp_path / hostile).mkdir()
    runs = (["check", hostile], ["check", f"nowhere/{hostile}"], ["explain", hostile], ["check", f"--{hostile}"])
    for arguments in runs:
        _, out, talk = ours(*arguments, folder=tmp_path)
        text = (out + talk).decode()
        assert all(c.isprintable() or c == "\n" for c in text), text


def test_explain() -> None:
    # The command lists the rules of catalogues too, after those of the engine; the wheel makes no catalogues.
    _, out, _ = ours("explain")
    _, listed, _ = run([RUST, "explain"])
    assert out.count(b"\n") > 40 and listed.startswith(out)
    _, out, _ = ours("explain", "--format", "json")
    _, listed, _ = run([RUST, "explain", "--format", "json"])
    rules = json.loads(out)
    assert rules == json.loads(listed)[: len(rules)] and len(rules) > 40
    same("explain", "missing-file")
    same("explain", "missing-file", "--format", "json")


def test_the_summary_is_talk() -> None:
    code, out, talk = ours("check", "examples/good", "--format", "concise")
    assert (code, out) == (0, b"") and talk.endswith(b" manifests: clean\n")
    assert ours("check", "examples/good", "--quiet")[2] == b""


def test_ignored_and_hidden_folders(repository: Path) -> None:
    subprocess.run(["git", "init", "--quiet"], cwd=repository, check=True)
    (repository / ".gitignore").write_text("ignored/\n")
    for name in ("ignored", ".hidden", "seen"):
        (repository / name).mkdir()
        (repository / name / "manifest.json").write_text("{")
    assert same("check", "--format", "concise", folder=repository)[1].count(b"invalid-json") == 1


def test_a_closed_pipe_is_no_failure() -> None:
    command = f"{sys.executable} -m start_points check --format sarif conformance | head -c 1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True)
    assert done.stdout == b"{0\n" and done.stderr.count(b"\n") <= 1
