"""Hostile values and texts: an exception or a report, never an abort, and the module works after it."""

# mypy: ignore-errors
# pyright: basic, reportCallIssue=false, reportArgumentType=false, reportIncompatibleMethodOverride=false

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import start_points
from conftest import CLEAN
from start_points import (
    ImageName,
    Other,
    Report,
    RepoUrl,
    catalogue_names,
    check,
    check_catalogue,
    check_tree,
    explain,
    mix,
    resolve,
)

WRONG: list[Any] = [None, 1, -1, 1 << 80, 1.5, True, object(), [], {}, (), {1}, b"x", "\ud800", int, lambda: 0, ...]


def survives(call: Callable[[], Any]) -> None:
    """Answers, or raises an ordinary exception; `PanicException` is none."""
    try:
        call()
    except Exception as error:
        assert "panic" not in type(error).__name__.lower()


@pytest.mark.parametrize("value", WRONG, ids=repr)
def test_wrong_types_everywhere(value: Any) -> None:
    calls: list[Callable[..., Any]] = [check, check_tree, check_catalogue, catalogue_names, explain, RepoUrl, ImageName]
    for call in [*calls, resolve, mix, start_points._native._check_paths]:
        survives(lambda call=call: call(value))
        survives(lambda call=call: call(value, value))
        for keyword in ("kind", "dialect", "tag", "levels", "settings", "files", "name", "manifest", "sha", "url"):
            survives(lambda call=call, keyword=keyword: call(CLEAN, **{keyword: value}))
            survives(lambda call=call, keyword=keyword: call({"a/manifest.json": CLEAN}, **{keyword: value}))
            survives(lambda keyword=keyword: check(manifest=CLEAN, **{keyword: value}))
    survives(lambda: check_tree({value: CLEAN}))
    survives(lambda: check_tree({"manifest.json": value}))
    survives(lambda: check(manifest=CLEAN, files={"readme.txt": value}, levels={value: value}))
    survives(lambda: check(manifest=CLEAN)[value])


@pytest.mark.parametrize(
    "text",
    [
        "[" * 200_000,
        '{"a":' * 100_000,
        "[" * 5_000 + "]" * 5_000,
        '{"display_name": "' + "x" * 5_000_000 + '"}',
        "x" * 50_000_000,
        "1" * 500_000,
        '{"max_seconds": 1e999999}',
        '{"visible_filenames": [' + ",".join(['"a"'] * 100_000) + "]}",
        "{" + ",".join(f'"{index}": 0' for index in range(50_000)) + "}",
        b"\xff\xfe{}",
        b"\xed\xa0\x80",
        bytes(range(256)) * 1_000,
        "\x00",
        "",
        '"\\ud800"',
        '{"hidden_filenames": ["' + "(" * 100_000 + '"]}',
    ],
    ids=range(16),
)
def test_texts(text: str | bytes) -> None:
    report = check(manifest=text, files={}, kind="custom")
    assert not report and report.to_dict()["version"] == 1
    assert (
        check(manifest=bytearray(text.encode() if isinstance(text, str) else text), files={}, kind="custom")[0]
        == report[0]
    )
    assert not check_tree({"manifest.json": text})
    survives(lambda: check_catalogue({"a": text, "b": text}))
    survives(lambda: catalogue_names([text]))
    survives(lambda: resolve(text, kind="exercises").to_dict())
    survives(lambda: RepoUrl(text))
    survives(lambda: ImageName(text))


def test_numbers_too_long_for_python() -> None:
    resolved = resolve('{"n": ' + "1" * 10_000 + "}", kind="exercises")
    survives(resolved.to_dict)
    assert len(resolved.to_json()) > 10_000


def test_surrogates_are_an_encoding_error() -> None:
    for call in (
        lambda: check(manifest="\ud800"),
        lambda: check_tree({"\udcff/manifest.json": CLEAN}),
        lambda: check_tree({"manifest.json": "\udcff"}),
        lambda: RepoUrl("\ud800"),
        lambda: explain("\ud800"),
    ):
        with pytest.raises(UnicodeEncodeError):
            call()


def test_a_hundred_thousand_files() -> None:
    files: dict[str, Any] = {f"folder/{index}.txt": b"" for index in range(100_000)}
    files["folder/manifest.json"] = CLEAN
    report = check_tree(files, kind="exercises")
    assert report.summary.manifests == 1 and 0 < len(report) < 2_000
    assert len(check(manifest=CLEAN, files={f"{index}": index for index in range(100_000)}, kind="exercises")) > 0


def test_a_hundred_thousand_names() -> None:
    text = '{{"display_name": "{}"}}'
    manifests = {f"{index}/manifest.json": text.format(index % 10) for index in range(100_000)}
    assert not check_catalogue(manifests)
    assert len(catalogue_names(text.format(index) for index in range(100_000))) == 100_000


class Raising:
    """Raises whatever is asked of it."""

    def __getattr__(self, name: str) -> Any:
        raise ZeroDivisionError

    def __fspath__(self) -> str:
        raise ZeroDivisionError

    def __iter__(self) -> Iterator[Any]:
        raise ZeroDivisionError

    def __index__(self) -> int:
        raise ZeroDivisionError


def test_what_python_code_raises_comes_through() -> None:
    for call in (
        lambda: check(Raising()),
        lambda: check_tree(Raising()),
        lambda: check_catalogue(Raising()),
        lambda: catalogue_names(Raising()),
        lambda: check(manifest=CLEAN, levels=Raising()),
        lambda: check(manifest=CLEAN)[Raising()],
    ):
        with pytest.raises(ZeroDivisionError):
            call()


def test_subclasses() -> None:
    class Text(str):
        def encode(self, *_: Any) -> bytes:
            raise ZeroDivisionError

    class Files(dict):
        def items(self) -> Any:
            self["more"] = "x"
            return ((key, self[key]) for key in ("manifest.json", 3, "more"))

    class Strange(dict):
        def items(self) -> Any:
            return [(1, 2, 3)]

    assert check(manifest=Text(CLEAN), kind="exercises")
    survives(lambda: check_tree(Files({"manifest.json": CLEAN})))
    survives(lambda: check_tree(Strange()))
    for base in (Report, RepoUrl, ImageName, Other, start_points.Diagnostic):
        with pytest.raises(TypeError):
            type("Sub", (base,), {})
    for cls in (Report, start_points.Diagnostic, start_points.Resolved, start_points.Span, start_points.Rule):
        with pytest.raises(TypeError):
            cls()
    survives(lambda: Report.__new__(Report))
    survives(lambda: Report.to_json(object()))


def test_mutation_during_a_call() -> None:
    files: dict[Any, Any] = {"manifest.json": CLEAN}

    class Greedy:
        def __getattribute__(self, name: str) -> Any:
            files.clear()
            files.update((str(index), "") for index in range(1_000))
            raise AttributeError(name)

    files["a"] = Greedy()
    survives(lambda: check_tree(files))

    def growing() -> Iterator[str]:
        names.append(CLEAN)
        yield from list(names)

    names = [CLEAN.replace("Fizz", "Buzz")]
    assert len(catalogue_names(growing())) == 2

    text, stop = bytearray(CLEAN.encode() * 100), threading.Event()

    def mutate() -> None:
        while not stop.is_set():
            text.extend(b" " * 1_000)
            del text[100:]

    thread = threading.Thread(target=mutate)
    thread.start()
    try:
        for _ in range(2_000):
            survives(lambda: check(manifest=text))
            survives(lambda: check_tree(files))
    finally:
        stop.set()
        thread.join()
