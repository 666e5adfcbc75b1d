"""A thousand repositories laid out at random: the same report, byte for byte, as the engine's own."""

from __future__ import annotations

import json
import os
from pathlib import Path

from start_points import check, check_tree


def test_every_layout_has_the_engines_report(tmp_path: Path) -> None:
    lines = Path(os.environ["LAYOUTS"]).read_text().splitlines()
    assert len(lines) >= 1000
    for at, line in enumerate(lines):
        layout = json.loads(line)
        files, report = layout["files"], layout["report"]
        found = check_tree(files, kind=layout["kind"], dialect=layout["dialect"])
        assert found.to_json() == report, f"layout {at}"
        if at % 10 == 0:
            folder = tmp_path / str(at)
            for path, text in files.items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(text.encode())
            on_disk = check(folder, kind=layout["kind"], dialect=layout["dialect"])
            rules = [(found["rule"], found["pointer"]) for found in json.loads(report)["diagnostics"]]
            assert sorted((found.rule, found.pointer) for found in on_disk) == sorted(rules), f"layout {at}"
