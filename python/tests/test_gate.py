"""The gate: every case of `conformance/gate/`, byte for byte, and what only Python can get wrong."""

from __future__ import annotations

import doctest
import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT
from start_points import GateError, StartPointsError, gate

CASES = sorted(path.parent for path in (ROOT / "conformance/gate").glob("*/facts.json"))
FACTS = {"image": "example/gcc:1", "created": "2026-01-01T00:00:00Z"}
NOW = datetime(2026, 11, 21, 13, 0, 0, 999, timezone(timedelta(hours=1)))


def read(case: Path) -> tuple[bytes, bytes, str]:
    facts, policy, now = ((case / name).read_bytes() for name in ("facts.json", "policy.json", "now.txt"))
    return facts, policy, now.decode().rstrip("\n")


def test_there_are_cases() -> None:
    assert len(CASES) == len([path for path in (ROOT / "conformance/gate").iterdir() if path.is_dir()]) >= 39


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.name))
def test_answer(case: Path) -> None:
    facts, policy, now = read(case)
    if (case / "error.json").exists():
        told = json.loads((case / "error.json").read_bytes())
        with pytest.raises(GateError) as caught:
            gate.decide_json(facts, policy, now)
        assert (str(caught.value), caught.value.hint) == (told["message"], told["hint"])
        return
    expected = (case / "decision.json").read_text(encoding="utf-8").rstrip("\n")
    assert gate.decide_json(facts, policy, now) == expected
    assert (
        gate.decide_json(json.loads(facts), json.loads(policy), datetime.fromisoformat(f"{now[:-1]}+00:00")) == expected
    )
    decision = gate.decide(facts.decode(), bytearray(policy), now)
    told = json.loads(expected)
    assert [reason._asdict() for reason in decision.reasons] == told["reasons"]
    assert (decision.image, decision.verdict, decision.now) == (told["image"], told["verdict"], told["now"])


def test_without_a_policy_it_is_the_default_one() -> None:
    assert gate.decide(FACTS, None, NOW) == gate.decide(FACTS, {}, "2026-11-21T12:00:00Z")
    assert gate.decide({**FACTS, "created": None}, None, NOW).verdict == "deny"


def test_a_time_needs_a_time_zone() -> None:
    with pytest.raises(GateError, match="no time zone") as caught:
        gate.decide(FACTS, None, NOW.replace(tzinfo=None))
    assert caught.value.hint and isinstance(caught.value, StartPointsError)


def test_what_is_no_input_is_told() -> None:
    wrong: list[tuple[Any, Any, Any]] = [
        (None, None, NOW),
        (FACTS, 3, NOW),
        (FACTS, None, 3),
        ({"image": {1}}, None, NOW),
    ]
    for facts, policy, now in wrong:
        with pytest.raises(TypeError):
            gate.decide(facts, policy, now)
    with pytest.raises(GateError, match="expected a string, found number"):
        gate.decide({"image": 3}, None, NOW)


def test_the_example_of_the_module() -> None:
    result = doctest.testmod(gate)
    assert result.attempted >= 4 and result.failed == 0
