"""Where the repository's own files are, a start-point to check, and what holds after every test."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from start_points import check, check_tree

ROOT = Path(__file__).resolve().parents[2]
CLEAN = '{"display_name": "Fizz", "visible_filenames": ["readme.txt"]}'


@pytest.fixture(autouse=True)
def works_afterwards() -> Iterator[None]:
    """Whatever a test gave to the module, it still tells good from bad."""
    yield
    assert check(manifest=CLEAN, kind="exercises")
    assert not check_tree({"start-points/X/manifest.json": CLEAN})


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A languages repository in which the one fault is an extension without its dot."""
    start_point = tmp_path / "gcc-assert" / "start_point"
    start_point.mkdir(parents=True)
    manifest = {
        "display_name": "C, assert",
        "image_name": "example/gcc:4edf92a",
        "visible_filenames": ["hiker.c", "cyber-dojo.sh"],
        "filename_extension": "c",
    }
    (start_point / "manifest.json").write_text(json.dumps(manifest))
    (start_point / "hiker.c").write_text("int answer;\n")
    (start_point / "cyber-dojo.sh").write_text("make\n")
    return tmp_path / "gcc-assert"
