"""Print the name and the image of every start-point below a folder of repositories, as deployed."""

import sys
from pathlib import Path
from subprocess import check_output

from start_points import Resolved, catalogue_names, resolve

found: list[Resolved] = []
for path in sorted(Path(sys.argv[1]).glob("*/start_point/manifest.json")):
    sha = check_output(["git", "-C", path.parent, "rev-parse", "HEAD"], text=True).strip()
    found.append(resolve(path.read_bytes(), kind="languages", dialect="pinned", url=str(path.parents[1]), sha=sha))
for name, start_point in sorted(zip(catalogue_names(found), found), key=lambda pair: pair[0]):
    print(name, "→", start_point.image_name)
