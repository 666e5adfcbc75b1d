"""Hostile folders and files: an exception or a report, never a hang."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from conftest import CLEAN
from start_points import check


def test_paths(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as raised:
        check(tmp_path / "missing")
    assert raised.value.filename == str(tmp_path / "missing")
    with pytest.raises((ValueError, OSError)):
        check("a\0b")
    wrong: list[Any] = [b"bytes", 3, object()]
    for path in wrong:
        with pytest.raises(TypeError):
            check(path)
    odd = tmp_path / os.fsdecode(b"\xff")
    odd.mkdir()
    (odd / "manifest.json").write_text(CLEAN)
    assert check(odd, kind="exercises").summary.manifests == 1
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(OSError):
        check(tmp_path / "loop")


def test_a_pipe_is_never_read(tmp_path: Path) -> None:
    pipe = tmp_path / "manifest.json"
    os.mkfifo(pipe)
    for path in (pipe, tmp_path):
        assert [found.rule for found in check(path)] == ["unreadable"]
    folder = tmp_path / "start-points" / "X"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(CLEAN)
    os.mkfifo(folder / "readme.txt")
    assert "irregular-file" in [found.rule for found in check(folder)]


def test_a_hundred_thousand_files_in_a_folder() -> None:
    memory = Path("/dev/shm")
    # On a real disk, making them takes from five seconds to a minute.
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        Path(folder, "manifest.json").write_text(CLEAN)
        for index in range(100_000):
            os.close(os.open(f"{folder}/{index}.txt", os.O_CREAT))
        report = check(folder, kind="exercises")
    assert "missing-file" in [found.rule for found in report] and report.summary.manifests == 1


def test_a_deep_folder(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d"] * 500)
    deep.mkdir(parents=True)
    for folder in (deep, tmp_path):
        (folder / "manifest.json").write_text(CLEAN)
    assert check(tmp_path, kind="exercises").summary.manifests == 1
    assert check(deep, kind="exercises").summary.manifests == 1


def test_an_interrupt_ends_a_long_walk(tmp_path: Path) -> None:
    for index in range(3_000):
        (tmp_path / f"{index}" / "start_point").mkdir(parents=True)
        (tmp_path / f"{index}" / "start_point" / "manifest.json").write_text(CLEAN)
    # In processor time, so that a busy machine changes nothing; a walk that goes on to its end takes all of `whole`.
    code = """if True:
        import signal, sys, time, start_points
        def walk():
            started = time.process_time()
            try:
                start_points.check(sys.argv[1])
            except KeyboardInterrupt:
                print("interrupted")
            return time.process_time() - started
        whole = walk()
        signal.signal(signal.SIGPROF, signal.default_int_handler)
        signal.setitimer(signal.ITIMER_PROF, whole / 10)
        print(walk() < whole / 2)
    """
    run = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, timeout=60)
    assert run.stdout == "interrupted\nTrue\n", run.stderr
