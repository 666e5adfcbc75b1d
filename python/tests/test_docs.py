"""The examples in the docstrings run, and everything public has a docstring."""

from __future__ import annotations

import doctest
import inspect
import re
from typing import Any

import pytest

import start_points
from conftest import ROOT


def documented() -> dict[str, str]:
    """Every docstring of the package; `doctest` itself does not look into native functions."""
    found = {"start_points": start_points.__doc__ or ""}
    for name in start_points.__all__:
        value: Any = getattr(start_points, name)
        if not callable(value):
            continue
        found[name] = inspect.getdoc(value) or ""
        if inspect.isclass(value) and not issubclass(value, Exception):
            for member, function in vars(value).items():
                if not member.startswith("_") and not isinstance(function, (int, value)):
                    found[f"{name}.{member}"] = inspect.getdoc(function) or ""
    return found


DOCUMENTED = documented()
PLAIN = ("Position.", "Span.", "Related.", "Edit.", "Fix.", "Summary.", "Rule.")


@pytest.mark.parametrize("name", DOCUMENTED)
def test_example(name: str) -> None:
    text = DOCUMENTED[name]
    assert text or name.startswith(PLAIN), f"{name} has no docstring"
    example = doctest.DocTestParser().get_doctest(text, {}, name, None, 0)
    result = doctest.DocTestRunner().run(example)
    assert result.failed == 0


def test_every_function_has_an_example() -> None:
    functions = [name for name in start_points.__all__ if inspect.isroutine(getattr(start_points, name))]
    assert len(functions) == 7 and all(">>> " in DOCUMENTED[name] for name in functions)


def test_readme(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    result = doctest.testfile(str(ROOT / "python" / "README.md"), module_relative=False, encoding="utf-8")
    assert result.attempted > 2 and result.failed == 0


@pytest.mark.parametrize("page", ["README.md", "docs/gate.md"])
def test_examples_of(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    blocks = re.findall(r"^```python\n(.*?)^```", (ROOT / page).read_text(encoding="utf-8"), re.S | re.M)
    assert blocks, f"{page} has no Python example"
    for block in blocks:
        exec(compile(block, page, "exec"), {})
