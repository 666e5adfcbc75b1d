"""Every case of `conformance/check/`: the report is the recorded one, byte for byte. There are no skips.

`conformance/check/README.md` says what a case is.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT
from start_points import Other, Report, check, check_tree

OTHERS = {
    "folder": Other.FOLDER,
    "escaping-link": Other.ESCAPING_LINK,
    "special": Other.SPECIAL,
    "unreadable": Other.UNREADABLE,
    "submodule": Other.SUBMODULE,
}
KNOWN = {"kind", "dialect", "tag", "files", "expect"}
CONFORMANCE = ROOT / "conformance/check"
CASES = sorted(path.parent for path in CONFORMANCE.glob("*/*/case.json"))


def name(case: Path) -> str:
    return str(case.relative_to(CONFORMANCE))


def stand_in(content: dict[str, Any]) -> int | Other:
    """What cannot, or should not, be a real file."""
    [(key, value)] = content.items()
    if key == "size":
        return int(value)
    assert key == "other"
    return OTHERS[value]


def tree(case: Path, files: dict[str, dict[str, Any]]) -> dict[str, Any]:
    folder = case / "input"
    paths = [path for path in folder.rglob("*") if path.is_file()]
    found: dict[str, Any] = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    found.update((path, stand_in(content)) for path, content in files.items())
    return found


def answer(case: Path) -> tuple[Report, dict[str, Any]]:
    told = json.loads((case / "case.json").read_bytes())
    assert set(told) <= KNOWN, f"case.json has more keys than {sorted(KNOWN)}"
    report = check_tree(
        tree(case, told.get("files", {})),
        kind=told.get("kind"),
        dialect=told.get("dialect"),
        tag=told.get("tag"),
    )
    return report, told


def test_there_are_cases() -> None:
    folders = [path for path in CONFORMANCE.glob("*/*") if path.is_dir()]
    assert len(CASES) == len(folders) >= 200


@pytest.mark.parametrize("case", CASES, ids=name)
def test_report(case: Path) -> None:
    report, told = answer(case)
    assert report.to_json().encode() == (case / "report.json").read_bytes()
    if told["expect"] == "none":
        assert len(report) == 0
    else:
        rules = [found.rule for found in report]
        assert rules and (case.parent.name == "repositories" or case.parent.name in rules)


@pytest.mark.parametrize("case", CASES, ids=name)
def test_dict_has_the_shape_of_the_json(case: Path) -> None:
    report, _ = answer(case)
    text = json.dumps(report.to_dict(), separators=(",", ":"), ensure_ascii=False) + "\n"
    assert text == report.to_json()
    assert [found.to_dict() for found in report] == report.to_dict()["diagnostics"]
    assert all(found.to_json() in text and json.loads(found.to_json()) == found.to_dict() for found in report)


@pytest.mark.parametrize("case", CASES, ids=name)
def test_attributes_say_what_the_dict_says(case: Path) -> None:
    report, _ = answer(case)
    for found, told in zip(report, report.to_dict()["diagnostics"]):
        for key in ("rule", "severity", "message", "path", "pointer", "hint", "data"):
            assert getattr(found, key) == told[key]
        if told["span"] is None:
            assert found.span is None
        else:
            assert found.span is not None
            for end in ("start", "end"):
                position = getattr(found.span, end)
                assert {key: getattr(position, key) for key in ("line", "column", "offset")} == told["span"][end]
        assert [fix.title for fix in found.fixes] == [fix["title"] for fix in told["fixes"]]
        edits = [[(edit.path, edit.start, edit.end, edit.text) for edit in fix.edits] for fix in found.fixes]
        assert edits == [[tuple(edit.values()) for edit in fix["edits"]] for fix in told["fixes"]]
        assert [place.message for place in found.related] == [place["message"] for place in told["related"]]


def test_text_and_tree_agree() -> None:
    paths = [*(CONFORMANCE / "unknown-key/bad/input").rglob("manifest.json")]
    assert paths
    for path in paths:
        [found] = [found for found in check(manifest=path.read_bytes()) if found.rule == "unknown-key"]
        assert found.path == "manifest.json"
