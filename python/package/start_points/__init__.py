"""The start-points engine: check, resolve and mix cyber-dojo start-points.

>>> import start_points
>>> report = start_points.check(manifest='{"display_name": "Fizz", "visible_filenames": ["a.txt"], "colour": 1}')
>>> for found in report:
...     print(found)
manifest.json:1:58: unknown-key: unknown key `colour`
"""

from ._errors import (
    CommitError,
    GateError,
    ImageNameError,
    JsonError,
    NamesError,
    ResolveError,
    RuleError,
    SettingsError,
    StartPointsError,
    UrlError,
)
from ._native import (
    RULES,
    Diagnostic,
    Edit,
    Fix,
    ImageName,
    Other,
    Position,
    Related,
    Report,
    RepoUrl,
    Resolved,
    Rule,
    Span,
    Summary,
    __version__,
    catalogue_names,
    check,
    check_catalogue,
    check_tree,
    explain,
    mix,
    resolve,
)

__all__ = [
    "RULES",
    "CommitError",
    "Diagnostic",
    "Edit",
    "Fix",
    "GateError",
    "ImageName",
    "ImageNameError",
    "JsonError",
    "NamesError",
    "Other",
    "Position",
    "Related",
    "RepoUrl",
    "Report",
    "ResolveError",
    "Resolved",
    "Rule",
    "RuleError",
    "SettingsError",
    "Span",
    "StartPointsError",
    "Summary",
    "UrlError",
    "__version__",
    "catalogue_names",
    "check",
    "check_catalogue",
    "check_tree",
    "explain",
    "mix",
    "resolve",
]
