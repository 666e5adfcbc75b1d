"""May an image run: a decision over what is known of it, a policy, and the time.

>>> from start_points import gate
>>> facts = {"image": "example/gcc:3.7.4-18", "created": "2024-02-29T10:00:00Z", "tags": {"3.7.5-1": None}}
>>> decision = gate.decide(facts, None, "2026-11-21T12:00:00Z")
>>> decision.verdict
'deny'
>>> for reason in decision.reasons:
...     print(reason.code, reason.verdict, reason.message)
too-old deny it was made on 2024-02-29, 996 days ago; the maximum age is 365 days
later-tag warn `3.7.5-1` is later than its tag `3.7.4-18`

`docs/gate.md` of the repository says what facts, policies and rules are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, NamedTuple, Union

from ._errors import GateError
from ._native import _decide

__all__ = ["Decision", "GateError", "Reason", "decide", "decide_json"]

_Document = Union[Mapping[str, Any], str, bytes, bytearray]


class Reason(NamedTuple):
    """What a rule of the gate has to say."""

    code: str
    verdict: Literal["warn", "unknown", "deny"]
    message: str
    hint: str
    data: Mapping[str, Any]


class Decision(NamedTuple):
    """What the gate decides about one image."""

    image: str
    verdict: Literal["allow", "warn", "unknown", "deny"]
    reasons: tuple[Reason, ...]
    now: str


def decide(facts: _Document, policy: _Document | None, now: datetime | str) -> Decision:
    """Decides about one image.

    `facts` and `policy` are mappings or JSON texts; without a policy it is the default one. `now` is a `datetime` with
    a time zone, or a text as RFC 3339 has it. Raises `GateError` where one of them cannot be read: what nothing reads
    is refused.
    """
    answer = json.loads(decide_json(facts, policy, now))
    reasons = tuple(Reason(**reason) for reason in answer.pop("reasons"))
    return Decision(reasons=reasons, **answer)


def decide_json(facts: _Document, policy: _Document | None, now: datetime | str) -> str:
    """The same as JSON text: the same bytes as from every other front."""
    return _decide(_text(facts), "{}" if policy is None else _text(policy), _time(now))


def _text(document: _Document) -> str | bytes | bytearray:
    return json.dumps(document) if isinstance(document, Mapping) else document


def _time(now: datetime | str) -> str:
    if not isinstance(now, datetime):
        return now
    if now.tzinfo is None:
        error = GateError("now: the datetime has no time zone")
        error.hint = "use `datetime.now(timezone.utc)`"
        raise error
    return now.isoformat()
