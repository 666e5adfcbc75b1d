"""The example script, on folders of repositories as they are deployed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT

SCRIPT = ROOT / "python" / "examples" / "names.py"
CASES = ROOT / "conformance/check"
PINNED = [
    CASES / "floating-image/pinned-without-a-tag/input/start_point",
    CASES / "repositories/every-key-in-the-pinned-dialect/input/start_point",
]
DEPLOYED = sorted(ROOT.glob("crates/server/tests/deployed/languages/*/start_point"))
MANIFEST = """{{
  "display_name": "{0} 1, {1} 2", "language": ["{0}", "1"], "test_framework": ["{1}", "2"],
  "image_name": "{2}", "visible_filenames": ["cyber-dojo.sh"], "filename_extension": ".x"
}}"""


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=x", "-c", "user.email=x@example.com"]
    done = subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def commit(repository: Path) -> str:
    git(repository, "init", "--quiet")
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message=x")
    return git(repository, "rev-parse", "HEAD")


def printed(folder: Path) -> list[str]:
    done = subprocess.run([sys.executable, SCRIPT, folder], capture_output=True, encoding="utf-8", check=True)
    return done.stdout.splitlines()


def test_names_of_language_and_test_framework(tmp_path: Path) -> None:
    expected: list[str] = []
    for language, framework, image in [
        ("Ruby", "minitest", "ghcr.io/cyber-dojo-languages/ruby-minitest:b5ae1ca"),
        ("C", "assert", "cyberdojofoundation/gcc-assert"),
    ]:
        repository = tmp_path / f"{language}-{framework}"
        (repository / "start_point").mkdir(parents=True)
        (repository / "start_point" / "manifest.json").write_text(MANIFEST.format(language, framework, image))
        sha = commit(repository)
        expected.append(f"{language}, {framework} → {image}" + ("" if ":" in image else f":{sha[:7]}"))
    assert printed(tmp_path) == sorted(expected)


@pytest.mark.parametrize("start_points", [PINNED, DEPLOYED], ids=lambda found: f"{len(found)} manifests")
def test_manifests_of_every_shape(start_points: list[Path], tmp_path: Path) -> None:
    expected: list[tuple[str, str]] = []
    manifests = [json.loads((path / "manifest.json").read_bytes()) for path in start_points]
    # Only where every one of them has both are they offered by language and test framework.
    by_language = all("language" in manifest and "test_framework" in manifest for manifest in manifests)
    for index, (start_point, manifest) in enumerate(zip(start_points, manifests)):
        repository = tmp_path / f"{index}-ltf"
        shutil.copytree(start_point, repository / "start_point")
        sha = commit(repository)
        image = manifest["image_name"]
        constructed = f"{manifest['language'][0]}, {manifest['test_framework'][0]}" if by_language else None
        expected.append((constructed or manifest["display_name"], image if ":" in image else f"{image}:{sha[:7]}"))
    assert printed(tmp_path) == [f"{name} → {image}" for name, image in sorted(expected)] != []


def test_the_script_is_short() -> None:
    assert len(SCRIPT.read_text().splitlines()) <= 15
