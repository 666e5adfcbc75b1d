"""What the engine refuses."""

from __future__ import annotations


class StartPointsError(ValueError):
    """Base of every exception of this package; itself, a word that is not known.

    `str(error)` is the fault in one line. `span` is `(start, end)` such that `text[start:end]` is what is at fault
    in the text that was given, or None; `hint` says how to put it right, or is None.
    """

    span: tuple[int, int] | None = None
    hint: str | None = None


class UrlError(StartPointsError):
    """A source URL that cannot be read. Its text may hold secrets: show it through `RepoUrl.redact` only."""


class ImageNameError(StartPointsError):
    """An image name, or a tag, that is malformed."""


class CommitError(StartPointsError):
    """A text that is no whole commit sha."""


class JsonError(StartPointsError):
    """A manifest is not valid JSON."""


class ResolveError(StartPointsError):
    """A start-point that has no image name, or none that can be made."""


class NamesError(StartPointsError):
    """Two start-points of one catalogue have the same display name."""


class GateError(StartPointsError):
    """Facts of an image, a policy of the gate, or a time, that cannot be read."""


class RuleError(StartPointsError):
    """Unknown rule id."""


class SettingsError(StartPointsError):
    """A `start-points.toml`, or a `START_POINTS_*` variable, that is wrong."""
