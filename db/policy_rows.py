"""How the rules of the lists of speakers stand in the record: one JSON object, lengths of time in seconds."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import timedelta
from typing import Any

from meeting.speakers import Limits, Policy, Preset

LENGTHS = ("opens", "last_call", "closes", "least", "most", "reserve", "turn_over")
LIMITS = tuple(one.name for one in fields(Limits))


def policy_json(policy: Policy) -> dict[str, object]:
    """The policy as it is written."""
    return {
        "preset": policy.preset.value,
        "ratio": None if policy.ratio is None else list(policy.ratio),
        "ranked": policy.ranked,
        "adaptive": policy.adaptive,
        "limits": _seconds(policy.limits, LIMITS),
        **_seconds(policy, LENGTHS),
    }


def policy_of(said: Mapping[str, Any]) -> Policy:
    """From the way it is written; what is not said is the default."""
    default = Policy()
    ratio = said.get("ratio", default.ratio)
    return Policy(
        preset=Preset(said.get("preset", default.preset)),
        ratio=None if ratio is None else (ratio[0], ratio[1]),
        ranked=said.get("ranked", default.ranked),
        adaptive=said.get("adaptive", default.adaptive),
        limits=Limits(**_lengths(said.get("limits", {}), default.limits, LIMITS)),
        **_lengths(said, default, LENGTHS),
    )


def _seconds(held: Policy | Limits, names: Iterable[str]) -> dict[str, float]:
    return {name: getattr(held, name).total_seconds() for name in names}


def _lengths(said: Mapping[str, Any], default: Policy | Limits, names: Iterable[str]) -> dict[str, timedelta]:
    return {name: timedelta(seconds=said[name]) if name in said else getattr(default, name) for name in names}
