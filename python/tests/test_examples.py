"""The example script, on a folder of repositories as they are deployed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from conftest import ROOT

SCRIPT = ROOT / "python" / "examples" / "names.py"
MANIFEST = """{{
  "display_name": "{0} 1, {1} 2", "language": ["{0}", "1"], "test_framework": ["{1}", "2"],
  "image_name": "{2}", "visible_filenames": ["cyber-dojo.sh"], "filename_extension": ".x"
}}"""


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=x", "-c", "user.email=x@example.com"]
    done = subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_names_and_images_of_a_folder_of_repositories(tmp_path: Path) -> None:
    expected: list[str] = []
    for language, framework, image in [
        ("Ruby", "minitest", "ghcr.io/cyber-dojo-languages/ruby-minitest:b5ae1ca"),
        ("C", "assert", "cyberdojofoundation/gcc-assert"),
    ]:
        repository = tmp_path / f"{language}-{framework}"
        (repository / "start_point").mkdir(parents=True)
        (repository / "start_point" / "manifest.json").write_text(MANIFEST.format(language, framework, image))
        git(repository, "init", "--quiet")
        git(repository, "add", "--all")
        git(repository, "commit", "--quiet", "--message=x")
        tag = "" if ":" in image else ":" + git(repository, "rev-parse", "HEAD")[:7]
        expected.append(f"{language}, {framework} → {image}{tag}")
    done = subprocess.run([sys.executable, SCRIPT, tmp_path], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.splitlines() == sorted(expected)


def test_the_script_is_short() -> None:
    assert len(SCRIPT.read_text().splitlines()) <= 15
