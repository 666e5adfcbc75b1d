"""Every name of the package, with the type that it is said to have. Type checkers read this file; it runs as well."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Literal

import start_points
from start_points import (
    RULES,
    CommitError,
    Diagnostic,
    Edit,
    Fix,
    GateError,
    ImageName,
    ImageNameError,
    JsonError,
    NamesError,
    Other,
    Position,
    Related,
    Report,
    RepoUrl,
    Resolved,
    ResolveError,
    Rule,
    RuleError,
    SettingsError,
    Span,
    StartPointsError,
    Summary,
    UrlError,
    __version__,
    catalogue_names,
    check,
    check_catalogue,
    check_tree,
    explain,
    gate,
    mix,
    resolve,
)

LANGUAGE = '{"display_name": "C, assert", "image_name": "example/gcc:1", "visible_filenames": ["hiker.c"], "colour": 1}'
EXERCISE = '{"display_name": "Fizz", "visible_filenames": ["readme.txt"]}'


def test_reports(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(LANGUAGE)
    levels: dict[str, Any] = {"unknown-key": "warning"}
    of_path: Report = check(tmp_path, kind="custom", dialect="pinned", tag="1", levels=levels, settings=False)
    of_text: Report = check(
        manifest=LANGUAGE, files={"hiker.c": b"", "b": 3, "c": Other.FOLDER}, name="x/manifest.json"
    )
    of_tree: Report = check_tree(
        {"manifest.json": bytearray(b'{"tab_size": 4}'), "a": Other.SPECIAL, "b": Other.UNREADABLE}
    )
    of_many: Report = check_catalogue({"a": EXERCISE, "b": EXERCISE}, levels={"duplicate-display-name": "info"})
    for report in (of_path, of_text, of_tree, of_many):
        found: Iterator[Diagnostic] = iter(report)
        assert [*found] == [*report.diagnostics] and len(report) == len(report.diagnostics)
        clean: bool = report.is_clean
        summary: Summary = report.summary
        counts: tuple[int, int, int] = (summary.manifests, summary.errors, summary.warnings)
        text: str = report.to_json() + report.render("concise") + report.render(color=True)
        shape: dict[str, Any] = report.to_dict()
        assert text and shape and counts[0] > 0 and clean is bool(report)


def test_diagnostics() -> None:
    files = {"manifest.json": EXERCISE.replace('"}', '"x"}'), "docker/image_name.json": '{"image_name": "x:1"}'}
    found: list[Diagnostic] = [*check_tree(files), *check(manifest='{"a": 1, "a": 2}', kind="custom")]
    for one in found:
        words: tuple[str, str, str, str, str] = (one.rule, one.severity, one.message, one.path, one.pointer)
        hint: str | None = one.hint
        data: dict[str, Any] = one.data
        span: Span | None = one.span
        related: tuple[Related, ...] = one.related
        fixes: tuple[Fix, ...] = one.fixes
        text: str = one.to_json()
        assert all(isinstance(word, str) for word in words) and one.to_dict()["hint"] == hint
        assert data is not None and text
        if span is not None:
            start: Position = span.start
            assert start.line >= 1 and start.column >= 1 and start.offset <= span.end.offset
        for place in related:
            assert place.message and place.path and (place.span is None or place.span.start.line)
        for fix in fixes:
            edits: tuple[Edit, ...] = fix.edits
            assert fix.title and fix.safe in (True, False)
            assert all(edit.path and edit.start <= edit.end and edit.text is not None for edit in edits)
    assert any(one.related for one in found) and any(one.fixes for one in found)


def test_names_and_sessions() -> None:
    url: RepoUrl = RepoUrl("https://example.com/x?tag=4edf92a")
    parts: tuple[str, str, str | None, str | None] = (url.scheme, url.repo, url.host, url.tag)
    facts: tuple[bool, bool, bool] = (url.is_commit, url.is_local, url.has_credentials)
    identity: tuple[str, str | None] = url.identity
    assert parts[3] == identity[1] == "4edf92a" and facts == (True, False, False) and url.with_credentials() == url.repo
    assert RepoUrl.redact("x") == "x" and len(str(url)) <= RepoUrl.MAX_BYTES and not url < url
    name: ImageName = ImageName("example/gcc").with_tag("1").canonical().familiar()
    known: tuple[str | None, str, str | None, str | None] = (name.registry, name.path, name.tag, name.digest)
    assert known == (None, "example/gcc", "1", None) and not name.is_floating and name.same_repository(name)
    assert name.name_without_tag == "example/gcc" and name.with_sha7("a" * 40) and ImageName.MAX_BYTES and name <= name
    language: Resolved = resolve(LANGUAGE, {"hiker.c": "x"}, kind="languages", dialect="pinned", tag="1")
    session: Resolved = mix(language, resolve(EXERCISE, kind="exercises", docker_image_name=None, url=None, sha=None))
    image: str | None = session.image_name
    shape: dict[str, Any] = session.to_dict()
    names: list[str] = catalogue_names([language, EXERCISE])
    assert (
        image == shape["image_name"] and names == ["C, assert", "Fizz"] and session.display_name and session.to_json()
    )


def test_rules_and_errors() -> None:
    rule: Rule = RULES[0]
    words: tuple[str, str, str, str, str] = (rule.id, rule.summary, rule.severity, rule.since, rule.doc)
    page: str = explain(rule.id)
    version: str = __version__
    assert page == words[4] and version and Other.ESCAPING_LINK != Other.FOLDER
    errors: list[type[StartPointsError]] = [CommitError, ImageNameError, JsonError, NamesError, ResolveError]
    for error in [*errors, GateError, RuleError, SettingsError, UrlError]:
        span: tuple[int, int] | None = error("x").span
        hint: str | None = error("x").hint
        assert span is None and hint is None


def test_gate() -> None:
    decision: gate.Decision = gate.decide({"image": "x"}, None, datetime.now(timezone.utc))
    verdict: Literal["allow", "warn", "unknown", "deny"] = decision.verdict
    reason: gate.Reason = decision.reasons[0]
    words: tuple[str, str, str, str] = (reason.code, reason.verdict, reason.message, reason.hint)
    text: str = gate.decide_json("{}".replace("}", '"image": "x"}'), b"{}", "2026-01-01")
    assert verdict == words[1] == "deny" and reason.data == {"created": None} and text


def test_no_name_is_left_out() -> None:
    text = Path(__file__).read_text()
    assert [name for name in start_points.__all__ if text.count(name) < 2] == []
