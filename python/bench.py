"""Speed, as ratios measured in one run; run by hand in an environment that has the wheel and
`bench-requirements.txt`.

Every figure is the best of several rounds in which the candidates take turns, so that a busy machine slows all alike.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import start_points

ROOT = Path(__file__).resolve().parent.parent
MANIFEST = ROOT / "examples/good/custom/start-points/Tennis/Python/manifest.json"
SCHEMA = ROOT / "schemas/custom.schema.json"
ROUNDS = 7


def rate(call: Callable[[], Any], seconds: float = 0.2, clock: Callable[[], float] = time.process_time) -> float:
    """Calls a second; of processor time, so that what else the machine does counts little."""
    count, started = 0, clock()
    while (spent := clock() - started) < seconds:
        for _ in range(20):
            call()
        count += 20
    return count / spent


def imports() -> None:
    def once(code: str) -> float:
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        return (time.perf_counter() - started) * 1_000

    taken = [(once("pass"), once("import start_points")) for _ in range(40)]
    nothing, ours = (min(column) for column in zip(*taken))
    print(f"import: {ours - nothing:.1f} ms more than an empty interpreter ({nothing:.1f} ms); at most 30 wanted")


def against_others() -> None:
    import fastjsonschema  # type: ignore[import-untyped, import-not-found, unused-ignore]
    import jsonschema
    import jsonschema_rs  # type: ignore[import-not-found, unused-ignore]

    data, text = MANIFEST.read_bytes(), MANIFEST.read_text()
    schema = json.loads(SCHEMA.read_bytes())
    slow, fast, rust = (
        jsonschema.Draft202012Validator(schema),
        fastjsonschema.compile({**schema, "$schema": "http://json-schema.org/draft-07/schema#"}),
        jsonschema_rs.validator_for(schema),
    )
    assert start_points.check(manifest=text, kind="custom") and not [*slow.iter_errors(json.loads(text))]
    candidates: dict[str, Callable[[], Any]] = {
        "start_points.check, from bytes": lambda: start_points.check(manifest=data, kind="custom"),
        "start_points.check, from str": lambda: start_points.check(manifest=text, kind="custom"),
        "json.loads alone": lambda: json.loads(text),
        "jsonschema_rs, json.loads + every error": lambda: [*rust.iter_errors(json.loads(text))],
        "jsonschema_rs, json.loads + is_valid": lambda: rust.is_valid(json.loads(text)),
        "fastjsonschema, json.loads + first error": lambda: fast(json.loads(text)),
        "jsonschema, json.loads + every error": lambda: [*slow.iter_errors(json.loads(text))],
        "jsonschema.validate, json.loads": lambda: jsonschema.validate(json.loads(text), schema),
    }
    best = dict.fromkeys(candidates, 0.0)
    for _ in range(ROUNDS):
        for name, call in candidates.items():
            best[name] = max(best[name], rate(call))
    ours = best["start_points.check, from bytes"]
    print(f"one manifest of {len(data)} bytes from text; ours is the whole check, the others' the schema part alone")
    for name, value in best.items():
        print(f"  {name:42} {value:10,.0f} a second   {ours / value:7.1f}")


def threads() -> None:
    manifest = MANIFEST.read_bytes()
    tree = {f"{index}/start-points/x/y/manifest.json": manifest for index in range(300)}
    data = b'{"display_name": "x", "colours": [' + b",".join([b'"red"'] * 20_000) + b"]}"
    calls: dict[str, Callable[[], Any]] = {
        "a folder": lambda: start_points.check(ROOT / "examples"),
        "a tree of 300 manifests": lambda: start_points.check_tree(tree),
        "a manifest of 140 kB": lambda: start_points.check(manifest=data, kind="custom"),
        f"a manifest of {len(manifest)} bytes": lambda: start_points.check(manifest=manifest, kind="custom"),
    }

    def together(call: Callable[[], Any], count: int) -> float:
        rates: list[float] = []
        workers = [
            threading.Thread(target=lambda: rates.append(rate(call, 0.5, time.perf_counter))) for _ in range(count)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        return sum(rates)

    print("two threads against one, each in its best round")
    for name, call in calls.items():
        pairs = [(together(call, 1), together(call, 2)) for _ in range(ROUNDS)]
        one, two = (max(column) for column in zip(*pairs))
        print(f"  {name:30} {one:10,.0f} and {two:10,.0f} a second   {two / one:5.2f}")


if __name__ == "__main__":
    imports()
    against_others()
    threads()
