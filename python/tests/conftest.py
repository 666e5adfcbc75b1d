"""Where the repository's own files are, and a start-point to check."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def root() -> Path:
    return ROOT


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
