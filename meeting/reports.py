"""The outcome report: its versions and stages, and the words for how many stand behind a point.

The product drafts. Whether a report is agreed or endorsed is decided elsewhere, and there is no stage for it.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from meeting.people import CONDUCTORS, Capacity
from meeting.refusals import Refused
from meeting.writing import legible, shows

REPORTERS = CONDUCTORS | {Capacity.RAPPORTEUR}
"""Who may draft the report and say at which stage it is."""

REASON = 200
"""Characters of a reason; what is longer is cut."""


class Stage(StrEnum):
    """How far a version has come, in this order."""

    DRAFT = "draft"
    CLEARED = "cleared"
    CIRCULATED = "circulated"
    SUBMITTED = "submitted"


STAGES = tuple(Stage)


class Variant(StrEnum):
    """Whether a report names who spoke, wrote and supported."""

    ATTRIBUTED = "attributed"
    UNATTRIBUTED = "unattributed"


class Amount(StrEnum):
    """How many of the delegations that contributed, in a word."""

    ONE = "one"
    FEW = "few"
    SEVERAL = "several"
    MANY = "many"
    MOST = "most"
    ALL = "all"


class UnknownVersion(Refused):
    """The report has no version of that number."""


class NoVersion(Refused):
    """No report has been drafted yet."""


class SameStage(Refused):
    """The version is at that stage already."""


class StageBack(Refused):
    """A version goes back to an earlier stage only with a reason."""


@dataclass(frozen=True)
class Step:
    """A version came to a stage; `reason`: why it went back, empty if it did not."""

    stage: Stage
    at: datetime
    reason: str = ""


@dataclass(frozen=True)
class Version:
    """A version of the report. Digests are SHA-256, in hex, of its record as it is written: with names, and
    of what is made of it without. Instants are aware UTC. `steps`: the stages it came to, the first of them
    when it was drafted."""

    number: int
    digest: str
    unattributed_digest: str
    steps: tuple[Step, ...]

    @property
    def stage(self) -> Stage:
        return self.steps[-1].stage

    @property
    def drafted_at(self) -> datetime:
        return self.steps[0].at

    def short(self, variant: Variant) -> str:
        """The variant's digest, as people compare it."""
        attributed = variant is Variant.ATTRIBUTED
        return shortened(self.digest if attributed else self.unattributed_digest)


def shortened(digest: str) -> str:
    """A digest as people compare it: 48 bits, which no two versions of a meeting share by chance."""
    return digest[:12]


def step(version: Version, stage: Stage, reason: str, now: datetime) -> Step:
    """The version comes to a stage, forward, or back for a reason. Raises `SameStage`, `StageBack`."""
    if stage is version.stage:
        raise SameStage(version=version.number)
    reason = " ".join(legible(reason).split())[:REASON].rstrip()
    back = STAGES.index(stage) < STAGES.index(version.stage)
    if back and not shows(reason):
        raise StageBack(version=version.number)
    return Step(stage, now, reason if back else "")


def amount(behind: int, contributed: int) -> Amount:
    """The word for `behind` delegations out of the `contributed` that contributed to a question.

    One is one; two or more are all, most (more than half), many (four or more, and more than a third),
    several (three or more, and a tenth at least), else a few. It is this product's own scale, stated in an
    annex of each report; the number always stands beside the word. ValueError: more than contributed, or
    fewer than one.
    """
    if not 1 <= behind <= contributed:
        raise ValueError(f"{behind} of {contributed}")
    if behind == 1:
        return Amount.ONE
    if behind == contributed:
        return Amount.ALL
    if 2 * behind > contributed:
        return Amount.MOST
    if behind >= 4 and 3 * behind > contributed:
        return Amount.MANY
    if behind >= 3 and 10 * behind >= contributed:
        return Amount.SEVERAL
    return Amount.FEW
