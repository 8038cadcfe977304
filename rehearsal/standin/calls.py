"""One REST request: how it is matched to a route, what a route is given, what is kept of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .model import Json
from .refusals import refuse

if TYPE_CHECKING:
    from .faults import Disturbance
    from .interactions import Interactions
    from .world import World


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a multipart body; `index` is the n of files[n]."""

    index: int
    filename: str
    content_type: str
    data: bytes = field(repr=False)


@dataclass(slots=True)
class Exchange:
    """One request and its answer, for the log.

    `at` is meeting time; `route` the template, as in Discord's API description, or the bare path
    when there is none; `body` the parsed JSON, with `files` as (name, bytes) beside it; `denied`
    a 429; `code` Discord's error code; `disturbance` what was made to become of it.
    """

    at: datetime
    method: str
    route: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    body: Any = None
    files: list[tuple[str, int]] = field(default_factory=list)
    status: int = 0
    response: Any = None
    denied: bool = False
    code: int | None = None
    disturbance: Disturbance | None = None

    @property
    def untrue(self) -> bool:
        """Whether the answer is none that the stand-in would have given by itself."""
        return self.disturbance is not None and self.status == self.disturbance.status


@dataclass(slots=True)
class Call:
    """What a route is given. `ids` are the path's parameters as written there."""

    world: World
    interactions: Interactions
    ids: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    uploads: list[Upload]
    base_url: str

    def id(self, name: str) -> int:
        """A path parameter as a snowflake; what is none gets 50035, as from Discord."""
        return snowflake(self.ids[name])

    @property
    def form(self) -> Json:
        """The body as an object. Raises 50109 when it is something else."""
        if self.body is None:
            return {}
        if not isinstance(self.body, dict):
            raise refuse(50109)
        return self.body

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number of the query, within bounds, else 50035."""
        value = self.query.get(name, str(default))
        if not value.isdigit() or not least <= int(value) <= most:
            raise refuse(50035)
        return int(value)


Answer = tuple[int, Any]
Handler = Callable[[Call], Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """A method, a template, and what answers; `open` ones need no token."""

    method: str
    template: str
    handler: Handler
    open: bool
    pattern: re.Pattern[str]


class Routes:
    """A set of routes; those with fewer parameters are tried first."""

    def __init__(self) -> None:
        self.all: list[Route] = []
        self._by_shape: dict[tuple[str, int], list[Route]] = {}

    def on(self, method: str, template: str, *, open: bool = False) -> Callable[[Handler], Handler]:
        """Registers a handler under a template such as /channels/{channel_id}."""
        parts = (
            f"(?P<{part[1:-1]}>[^/]+)" if part[:1] == "{" else re.escape(part) for part in template.split("/")
        )
        pattern = re.compile("/".join(parts))

        def register(handler: Handler) -> Handler:
            self.all.append(Route(method, template, handler, open, pattern))
            return handler

        return register

    def include(self, other: Routes) -> None:
        """Takes in the routes of another set."""
        self.all = sorted([*self.all, *other.all], key=lambda route: route.template.count("{"))
        self._by_shape = {}
        for route in self.all:
            self._by_shape.setdefault((route.method, route.template.count("/")), []).append(route)

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """The route for a request, with its parameters."""
        for route in self._by_shape.get((method, path.count("/")), ()):
            found = route.pattern.fullmatch(path)
            if found:
                return route, found.groupdict()
        return None


def snowflake(value: object) -> int:
    """An id as Discord takes it, a string of digits or a number. Raises 50035."""
    text = str(value)
    if isinstance(value, bool) or not text.isdigit() or len(text) > 20:
        raise refuse(50035)
    return int(text)
