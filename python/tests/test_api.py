"""What each name of the package does."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

import start_points
from start_points import (
    RULES,
    CommitError,
    ImageName,
    ImageNameError,
    JsonError,
    NamesError,
    RepoUrl,
    ResolveError,
    RuleError,
    SettingsError,
    StartPointsError,
    UrlError,
    catalogue_names,
    check,
    check_catalogue,
    check_tree,
    explain,
    mix,
    resolve,
)

SHA = "4edf92a5c0ffee4edf92a5c0ffee4edf92a5c0ff"
CLEAN = '{"display_name": "Fizz", "visible_filenames": ["readme.txt"]}'
LANGUAGE = '{"display_name": "C, assert", "image_name": "example/gcc", "visible_filenames": ["hiker.c", "a.txt"]}'


def rules(report: start_points.Report) -> list[str]:
    return [found.rule for found in report]


def test_a_path_is_a_manifest_a_folder_or_many(repository: Path) -> None:
    manifest = repository / "start_point" / "manifest.json"
    paths: list[str | Path] = [manifest, manifest.parent, repository, repository.parent, str(repository)]
    for path in paths:
        report = check(path, dialect="pinned")
        assert rules(report) == ["dotless-extension"] and report.summary.manifests == 1
        assert report[0].path == str(manifest)
    assert rules(check(os.fspath(repository))) == ["dotless-extension"]
    assert "unexpected-image-name" in rules(check(os.fspath(repository), dialect="derived"))


def test_a_relative_path_is_shown_as_given(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository)
    assert check(".", dialect="pinned")[0].path == "start_point/manifest.json"


def test_truth_is_cleanness(repository: Path) -> None:
    clean = check(manifest=CLEAN, kind="exercises")
    assert clean and clean.is_clean and len(clean) == 0 and list(clean) == [] and clean.diagnostics == ()
    faulty = check(repository, dialect="pinned")
    assert not faulty and len(faulty) == 1
    warned = check(repository, dialect="pinned", levels={"dotless-extension": "warning"})
    assert warned and len(warned) == 1, "a warning is no error"
    assert len(check(repository, dialect="pinned", levels={"dotless-extension": "off"})) == 0


def test_files_beside_a_text() -> None:
    assert rules(check(manifest=CLEAN, files={}, kind="exercises")) == ["missing-file"]
    assert rules(check(manifest=CLEAN, files={"readme.txt": 25_601}, kind="exercises")) == ["oversized-file"]
    assert rules(check(manifest=CLEAN, files={"readme.txt": b"x\r\n"}, kind="exercises")) == ["crlf-line-ending"]
    assert not check(manifest=CLEAN, files={"readme.txt": "x\n", "b.txt": ""}, kind="exercises")[0].span


def test_the_name_tells_the_kind() -> None:
    named = check(manifest=CLEAN, name="start-points/Fizz/manifest.json")
    assert named and not check(manifest=CLEAN, name="start_point/manifest.json")
    assert check(manifest='{"display_name": 1}', name="é/manifest.json")[0].path == "é/manifest.json"


def test_settings_of_a_repository_are_obeyed_and_overridden(repository: Path) -> None:
    (repository / "start-points.toml").write_text('dialect = "derived"\n[rules]\ndotless-extension = "off"\n')
    assert rules(check(repository)) == ["unexpected-image-name"]
    assert rules(check(repository, dialect="auto")) == []
    assert rules(check(repository, dialect="auto", levels={"dotless-extension": "info"})) == ["dotless-extension"]
    assert rules(check(repository, settings=False)) == ["dotless-extension"]
    (repository / "start-points.toml").write_text("dialekt = 1\n")
    with pytest.raises(SettingsError, match="dialekt"):
        check(repository)


def test_a_catalogue_keeps_the_first_of_two_names() -> None:
    report = check_catalogue({"b/manifest.json": CLEAN, "a/manifest.json": CLEAN.encode(), "c/manifest.json": "{"})
    assert rules(report) == ["duplicate-display-name"] and report.summary.manifests == 3
    assert report[0].path == "a/manifest.json" and report[0].related[0].path == "b/manifest.json"
    assert report[0].span is not None and report[0].span.start.column == 18


def test_values_are_equal_and_hashable() -> None:
    one, two = (check(manifest='{"a": 1, "a": 1}', kind="custom") for _ in range(2))
    assert one.diagnostics == two.diagnostics and len({*one, *two}) == len(one)
    assert one[0] != one[1] and one[0] != object()
    assert one[0].span == two[0].span and one.summary == two.summary and one.to_json() == two.to_json()
    assert repr(one).startswith("Report(manifests=1, errors=") and str(one).count("error[") == len(one)
    with pytest.raises(IndexError):
        one[len(one)]
    with pytest.raises(AttributeError):
        one[0].rule = "x"  # type: ignore[misc]


def test_every_format_is_rendered() -> None:
    report = check(manifest='{"a": 1}', kind="custom")
    assert report.render("json") == report.to_json() and report.render() == str(report)
    assert "\x1b[" in report.render(color=True) and "\x1b[" not in report.render()
    assert json.loads(report.render("sarif"))["version"] == "2.1.0"
    assert report.render("github").startswith("::error ")
    assert [str(found) for found in report] == report.render("concise").splitlines()
    with pytest.raises(StartPointsError):
        report.render("xml")  # type: ignore[arg-type]


def test_urls() -> None:
    url = RepoUrl("git@github.com:org/x.git?tag=3.7.4")
    assert (url.scheme, url.host, url.tag, url.is_commit) == ("scp", "github.com", "3.7.4", False)
    assert url.identity == RepoUrl("https://github.com/org/x?tag=3.7.4").identity
    assert url == RepoUrl(str(url)) and hash(url) == hash(RepoUrl(str(url)))
    assert eval(repr(url)) == url
    secret = RepoUrl("https://user:secret@example.com/x")
    assert secret.has_credentials and "secret" not in f"{secret}{secret!r}" and "secret" in secret.with_credentials()
    text = "https://example.com/é?tug=1"
    with pytest.raises(UrlError) as raised:
        RepoUrl(text)
    assert raised.value.span is not None and text[slice(*raised.value.span)] == "tug" and raised.value.hint
    assert "secret" not in RepoUrl.redact("https://u:secret@h/x")


def test_image_names() -> None:
    name = ImageName("ghcr.io/x/gcc")
    assert str(name.with_tag("1")) == "ghcr.io/x/gcc:1" and name.is_floating
    assert str(name.with_sha7(SHA)) == "ghcr.io/x/gcc:4edf92a" and name.with_tag("1").name_without_tag == str(name)
    assert name.same_repository(name.with_tag("2")) and name < ImageName("ghcr.io/y")
    assert ImageName("docker.io/library/ruby:3").familiar() == ImageName("ruby:3") and eval(repr(name)) == name
    with pytest.raises(ImageNameError) as raised:
        ImageName("example/GCC")
    assert raised.value.hint == "write it in lower case: `example/gcc`"
    with pytest.raises(CommitError):
        name.with_sha7("4edf92a")


def test_resolving_and_mixing() -> None:
    files: dict[str, str | bytes] = {"hiker.c": "int x;", "a.txt": b"\xff"}
    pinned = resolve(LANGUAGE, files, kind="languages", dialect="pinned", url="https://h/x", sha=SHA)
    shape = pinned.to_dict()
    assert shape == json.loads(pinned.to_json()) and pinned.image_name == shape["image_name"] == "example/gcc:4edf92a"
    assert shape["sha"] == SHA and shape["visible_files"]["a.txt"] == {"content": "�"}
    assert resolve(pinned.to_json(), kind="languages") == pinned, "resolving again changes nothing"
    exercise = resolve(CLEAN.replace("readme", "a"), {"a.txt": "Fizz"}, kind="exercises")
    session = mix(pinned, exercise)
    assert exercise.image_name is None and session.image_name == pinned.image_name
    assert session.to_dict()["exercise"] == "Fizz" and list(session.to_dict()["visible_files"]) == ["hiker.c", "a.txt"]
    assert session.to_dict()["visible_files"]["a.txt"] == {"content": "Fizz"} and mix(pinned) == pinned
    numbers = resolve('{"image_name": "a:1", "n": [1, -2.5, 1e3, 123456789012345678901]}', kind="custom").to_dict()
    assert numbers["n"] == [1, -2.5, 1000.0, 123456789012345678901] and isinstance(numbers["n"][0], int)


def test_what_cannot_be_resolved() -> None:
    with pytest.raises(ResolveError, match="docker/image_name"):
        resolve(LANGUAGE, kind="languages", dialect="derived")
    with pytest.raises(ResolveError, match="no commit"):
        resolve(LANGUAGE, kind="languages", dialect="derived", docker_image_name="example/gcc")
    with pytest.raises(CommitError):
        resolve(LANGUAGE, kind="languages", url="x", sha="4edf92a")
    with pytest.raises(JsonError) as raised:
        resolve('{"é": 1,}', kind="custom")
    assert raised.value.span == (7, 8) and raised.value.hint
    with pytest.raises(TypeError, match="go together"):
        resolve(LANGUAGE, kind="custom", sha=SHA)
    session = mix(resolve(CLEAN, kind="exercises"), resolve(CLEAN, kind="exercises"))
    with pytest.raises(ResolveError, match="session"):
        mix(session, session)


def test_names_of_a_catalogue() -> None:
    pair = '{{"display_name": "C 13, {0}", "language": ["C", "13"], "test_framework": ["{0}", "1"]}}'
    assert catalogue_names([pair.format("assert"), pair.format("unity").encode()]) == ["C, assert", "C, unity"]
    assert catalogue_names([resolve(CLEAN, kind="exercises"), pair.format("x")]) == ["Fizz", "C 13, x"]
    assert catalogue_names(iter(())) == []
    with pytest.raises(NamesError, match="Fizz"):
        catalogue_names([CLEAN, CLEAN])


def test_rules_and_their_pages() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES) > 40
    for rule in RULES:
        assert explain(rule.id) == rule.doc and rule.doc.startswith(f"# {rule.id}\n") and "<!--" not in rule.doc
        assert rule.severity in ("error", "warning", "info") and rule.summary and rule.since
    with pytest.raises(RuleError) as raised:
        explain("missing-fil")
    assert raised.value.hint == "did you mean `missing-file`?"


def test_words_that_are_not_known() -> None:
    with pytest.raises(StartPointsError, match="unknown word `lang`"):
        check(manifest=CLEAN, kind="lang")  # type: ignore[call-overload]
    with pytest.raises(StartPointsError, match="expected one of"):
        check_tree({}, dialect="x")  # type: ignore[arg-type]
    with pytest.raises(RuleError, match="did you mean `missing-file`"):
        check_tree({}, levels={"missing-fil": "off"})
    with pytest.raises(StartPointsError, match="unknown level"):
        check_tree({}, levels={"missing-file": "loud"})  # type: ignore[dict-item]
    assert issubclass(StartPointsError, ValueError) and StartPointsError("x").hint is None


def test_nothing_is_in_the_package_but_what_it_says() -> None:
    assert all(hasattr(start_points, name) for name in start_points.__all__)
    public = {name for name in vars(start_points) if not name.startswith("_")}
    assert public <= {*start_points.__all__, "gate"}, "a submodule is there once it was imported"
