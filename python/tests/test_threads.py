"""Other threads run while the engine works, and share what it answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from start_points import Report, check, check_catalogue, check_tree, resolve

HUGE = '{"colours": [' + ",".join(['"red"'] * 150_000) + "]}"
TREE = {f"{index}/start-points/x/y/manifest.json": '{"a": 1}' for index in range(2_000)}
NAMES = {f"{index}/manifest.json": f'{{"display_name": "Kata {index}"}}' for index in range(40_000)}
FAULTY: Report = check_tree(TREE)


@pytest.fixture
def ticks() -> Iterator[list[float]]:
    """The times at which another thread had the interpreter."""
    seen: list[float] = []
    stop = threading.Event()

    def tick() -> None:
        while not stop.wait(0.000_5):
            seen.append(time.perf_counter())

    thread = threading.Thread(target=tick)
    thread.start()
    yield seen
    stop.set()
    thread.join()


CALLS: dict[str, Callable[[Path], object]] = {
    "check a path": check,
    "check a text": lambda _: check(manifest=HUGE, kind="custom"),
    "check_tree": lambda _: check_tree(TREE),
    "check_catalogue": lambda _: check_catalogue(NAMES),
    "resolve": lambda _: resolve(HUGE, kind="exercises"),
    "to_json": lambda _: FAULTY.to_json(),
    "render": lambda _: FAULTY.render("full"),
}


@pytest.mark.parametrize("name", CALLS)
def test_the_interpreter_is_free_meanwhile(name: str, ticks: list[float], tmp_path: Path) -> None:
    for index in range(500 * (name == "check a path")):
        (tmp_path / f"{index}").mkdir()
        (tmp_path / f"{index}" / "manifest.json").write_text('{"a": 1}')
    free, spent = 0, 0.0
    for _ in range(20):
        started = time.perf_counter()
        CALLS[name](tmp_path)
        spent = time.perf_counter() - started
        # The other thread may get its turn before the call and after it; in the middle only where the lock is free.
        free += any(started + spent * 0.4 < tick < started + spent * 0.9 for tick in ticks)
    assert free > 6, f"in {free} of 20 calls of {spent * 1000:.1f} ms"


def test_threads_share_what_they_are_given() -> None:
    report = check(manifest='{"a": 1, "b": 2}', kind="custom")
    answers: list[str] = []
    threads = [threading.Thread(target=lambda: answers.extend(report.to_json() for _ in range(500))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) == {report.to_json()} and len(answers) == 4_000
