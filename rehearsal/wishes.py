"""What somebody wants to answer: drawn at random, with favourites that a poll's people have in common."""

from dataclasses import dataclass
from random import Random

from rehearsal.paper import Paper

Chosen = tuple[int, ...]
"""By places among the options, from 0: the option; the options, ascending; the options from first place to
last; the dots of each; the level of each, in thousandths of the way from the lowest to the highest. Nothing:
an abstention."""

SCALE = 1000
"""A level in thousandths: how many levels there are is seen only in the form."""


@dataclass(frozen=True)
class Wish:
    """What somebody means to answer; `slip`: what they fill in first, wrongly."""

    chosen: Chosen
    slip: Chosen | None = None


def draw(paper: Paper, dice: Random) -> Chosen:
    """An answer; of a score only how high each level is."""
    places = list(range(len(paper.options)))
    liking = Random(f"favourites {paper.question}")
    weights = [liking.uniform(0.4, 3) for _ in places]
    if paper.kind == "single":
        return tuple(dice.choices(places, weights))
    if paper.kind == "approval":
        return tuple(sorted(_some(places, weights, dice.randint(1, paper.most), dice)))
    if paper.kind == "ranking":
        return tuple(_some(places, weights, paper.most, dice))
    if paper.kind == "points":
        dots = [0] * len(places)
        while sum(dots) < paper.most:
            place = dice.choices(places, weights)[0]
            dots[place] += dots[place] < paper.cap
        return tuple(dots)
    return tuple(min(SCALE - 1, int(SCALE * dice.betavariate(1 + w, 2))) for w in weights)


def another(paper: Paper, chosen: Chosen, dice: Random) -> Chosen:
    """Another answer than that."""
    for _ in range(50):
        other = draw(paper, dice)
        if other != chosen:
            return other
    return chosen


def slip(paper: Paper, chosen: Chosen) -> Chosen | None:
    """The same, with the mistake that the kind invites: a dot lost, or one option put in two places."""
    if paper.kind == "points":
        place = next(place for place, dots in enumerate(chosen) if dots)
        return (*chosen[:place], chosen[place] - 1, *chosen[place + 1 :])
    if paper.kind == "ranking" and len(chosen) > 1:
        return (chosen[0], chosen[0], *chosen[2:])
    return None


def _some(places: list[int], weights: list[float], n: int, dice: Random) -> list[int]:
    """So many different ones, likelier ones first."""
    left, found = list(places), []
    for _ in range(n):
        place = dice.choices(left, [weights[one] for one in left])[0]
        left.remove(place)
        found.append(place)
    return found


def level_of(thousandths: int, levels: int) -> int:
    """The place of the level that is so high."""
    return thousandths * levels // SCALE
