"""Speed, as ratios measured in one run: `cargo xtask bench python` builds what is released and runs this.

Every figure is the best of several rounds in which the candidates take turns, so that a busy machine slows all alike.
The manifests are the real ones, where `KNOWN_ANSWERS` names their folder, or else an example.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import start_points

ROOT = Path(__file__).resolve().parent.parent
KNOWN_ANSWERS = os.environ.get("KNOWN_ANSWERS")
REAL = sorted(Path(KNOWN_ANSWERS).glob("corpus/languages/*/manifest.json")) if KNOWN_ANSWERS else []
KIND: Literal["languages", "custom"] = "languages" if REAL else "custom"
MANIFESTS = REAL or [ROOT / "examples/good/custom/start-points/Tennis/Python/manifest.json"]
SCHEMA = ROOT / "schemas" / ("languages.pinned.schema.json" if REAL else "custom.schema.json")
ROUNDS = 7


def rate(call: Callable[[], Any], seconds: float = 0.2, clock: Callable[[], float] = time.process_time) -> float:
    """Calls a second; of processor time, so that what else the machine does counts little."""
    count, batch, started = 0, 1, clock()
    while (spent := clock() - started) < seconds:
        for _ in range(batch):
            call()
        count, batch = count + batch, min(batch * 2, 64)
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

    data = [path.read_bytes() for path in MANIFESTS]
    texts = [manifest.decode() for manifest in data]
    schema = json.loads(SCHEMA.read_bytes())
    # It knows no later draft; the keywords of these schemas mean the same in both.
    fast = fastjsonschema.compile({**schema, "$schema": "http://json-schema.org/draft-07/schema#"})
    slow, rust = jsonschema.Draft202012Validator(schema), jsonschema_rs.validator_for(schema)

    def ours(manifest: str | bytes) -> start_points.Report:
        return start_points.check(manifest=manifest, kind=KIND, dialect="pinned")

    assert all(ours(text) and not [*slow.iter_errors(json.loads(text))] for text in texts)
    candidates: dict[str, tuple[Callable[[Any], Any], list[Any]]] = {
        "start_points.check, from bytes": (ours, data),
        "start_points.check, from str": (ours, texts),
        "json.loads alone": (json.loads, texts),
        "jsonschema_rs, is_valid": (lambda text: rust.is_valid(json.loads(text)), texts),
        "jsonschema_rs, every error": (lambda text: [*rust.iter_errors(json.loads(text))], texts),
        "fastjsonschema, first error": (lambda text: fast(json.loads(text)), texts),
        "jsonschema, one validator, is_valid": (lambda text: slow.is_valid(json.loads(text)), texts),
        "jsonschema, one validator, every error": (lambda text: [*slow.iter_errors(json.loads(text))], texts),
        "jsonschema.validate": (lambda text: jsonschema.validate(json.loads(text), schema), texts),
    }
    best = dict.fromkeys(candidates, 0.0)
    for _ in range(ROUNDS):
        for name, (call, inputs) in candidates.items():

            def each(call: Callable[[Any], Any] = call, inputs: list[Any] = inputs) -> None:
                for text in inputs:
                    call(text)

            best[name] = max(best[name], rate(each) * len(inputs))
    mean = sum(map(len, data)) / len(data)
    print(f"one manifest from text, mean of {len(data)} with {mean:.0f} bytes each, one core")
    print("ours is the whole check; the others' is json.loads and the schema part alone")
    first = best["start_points.check, from bytes"]
    for name, value in best.items():
        print(
            f"  {name:40} {value:10,.0f} a second {1e6 / value:10.2f} µs   ours is {first / value:8.2f} times as fast"
        )


def threads() -> None:
    manifest = MANIFESTS[0].read_bytes()
    tree = {f"{index}/start-points/x/y/manifest.json": manifest for index in range(300)}
    data = b'{"display_name": "x", "colours": [' + b",".join([b'"red"'] * 20_000) + b"]}"
    calls: dict[str, Callable[[], Any]] = {
        "a folder": lambda: start_points.check(ROOT / "examples"),
        "a tree of 300 manifests": lambda: start_points.check_tree(tree),
        "a manifest of 140 kB": lambda: start_points.check(manifest=data, kind="custom"),
        f"a manifest of {len(manifest)} bytes": lambda: start_points.check(manifest=manifest, kind=KIND),
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

    print(f"two threads against one, each in its best round, on {os.cpu_count()} cores")
    for name, call in calls.items():
        pairs = [(together(call, 1), together(call, 2)) for _ in range(ROUNDS)]
        one, two = (max(column) for column in zip(*pairs))
        print(f"  {name:30} {one:10,.0f} and {two:10,.0f} a second   {two / one:5.2f}")


if __name__ == "__main__":
    print(f"measured with {len(MANIFESTS)} manifests, {'real ones' if REAL else 'an example'}")
    imports()
    against_others()
    threads()
