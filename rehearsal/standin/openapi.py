"""Exchanges held against Discord's own description of its API (OpenAPI 3.1).

What is alike but for ids, moments and the letters of its texts is judged once, so that a whole
rehearsal is checked in seconds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .calls import Exchange
from .model import Json

DOCUMENT = "urn:discord-api"
"""A name for the description, for the validators to find it by; nothing is fetched."""

_SNOWFLAKE = re.compile(r"\d{15,20}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)")
_WORDS = (
    "content", "label", "description", "value", "text", "title", "placeholder", "topic", "custom_id",
    "username", "global_name", "url", "proxy_url", "nonce", "filename", "location", "bucket",
)  # fmt: skip
"""Texts of which the description bounds at most the length."""

_BITS = ("allow", "deny", "permissions", "default_member_permissions")
"""Described as numbers, documented and sent as strings (Discord docs, Permissions)."""


@dataclass(slots=True)
class CheckResult:
    """How many bodies were looked at, and what is wrong with them, each fault once."""

    requests: int = 0
    responses: int = 0
    faults: list[str] = field(default_factory=list)


class Description:
    """Discord's API description. Raises OSError or ValueError for a file that is none."""

    def __init__(self, path: Path) -> None:
        self._document: Json = json.loads(path.read_text(encoding="utf-8"))
        self._validators: dict[str, Any] = {}
        self._judged: dict[tuple[str, str], str | None] = {}
        self._make: Callable[[Json], Any] | None = None

    def check(self, exchanges: Iterable[Exchange]) -> CheckResult:
        """Looks at every body: of requests those that were taken, of answers all."""
        result = CheckResult()
        faults: dict[str, None] = {}
        for one in exchanges:
            if one.status in (0, 501) or one.untrue:
                continue
            where = f"{one.method} {one.route}"
            operation = self._document["paths"].get(one.route, {}).get(one.method.lower())
            if operation is None:
                faults[f"{where}: not described"] = None
                continue
            at = f"/paths/{_escaped(one.route)}/{one.method.lower()}"
            if one.body is not None and one.status < 400:
                result.requests += 1
                fault = self._request(operation, at, one)
                if fault:
                    faults[f"{where} request {fault}"] = None
            if one.status != 204:
                result.responses += 1
            fault = self._response(operation, at, one)
            if fault:
                faults[f"{where} {one.status} response {fault}"] = None
        result.faults = [*faults]
        return result

    def _request(self, operation: Json, at: str, one: Exchange) -> str | None:
        kind = "multipart/form-data" if one.files else "application/json"
        content = operation.get("requestBody", {}).get("content", {})
        if kind not in content:
            return f"$: takes no body of type {kind}"
        return self._judge(f"{at}/requestBody/content/{_escaped(kind)}/schema", as_described(one.body))

    def _response(self, operation: Json, at: str, one: Exchange) -> str | None:
        responses = operation["responses"]
        status = next((key for key in (str(one.status), f"{one.status // 100}XX") if key in responses), None)
        if status is None:
            return "$: a status that is not described"
        described, here = responses[status], f"{at}/responses/{status}"
        if "$ref" in described:
            here = described["$ref"].removeprefix("#")
            described = _at(self._document, here)
        if "content" not in described:
            return None if one.response is None else "$: a body where none is described"
        body = one.response
        if one.status >= 400 and isinstance(body, dict):
            # Described with numbers for codes, documented and sent with names: "BASE_TYPE_REQUIRED".
            body = {key: value for key, value in body.items() if key != "errors"}
        return self._judge(f"{here}/content/application~1json/schema", body)

    def _judge(self, pointer: str, body: Any) -> str | None:
        key = (pointer, json.dumps(alike(body), sort_keys=True))
        if key not in self._judged:
            self._judged[key] = self._validate(pointer, body)
        return self._judged[key]

    def _validate(self, pointer: str, body: Any) -> str | None:
        from jsonschema.exceptions import best_match

        if pointer not in self._validators:
            self._make = self._make or _maker(self._document)
            self._validators[pointer] = self._make({"$ref": f"{DOCUMENT}#{pointer}"})
        worst = best_match(self._validators[pointer].iter_errors(body))
        return None if worst is None else f"{worst.json_path}: {worst.message[:300]}"


def alike(body: Any, name: str = "") -> Any:
    """A body with its ids and moments made equal, and texts reduced to their length."""
    if isinstance(body, dict):
        return {key: alike(value, key) for key, value in body.items()}
    if isinstance(body, list):
        return [alike(value, name) for value in body]
    if isinstance(body, str):
        if _SNOWFLAKE.fullmatch(body):
            return "0"
        if _MOMENT.fullmatch(body):
            return "T"
        if name in _WORDS:
            return len(body)
    return body


def as_described(body: Any, name: str = "") -> Any:
    """A request as the description has it, where Discord takes it in another form too.

    Permission bits may be strings, and ids numbers.
    """
    if isinstance(body, dict):
        shape = {key: as_described(value, key) for key, value in body.items()}
        # The id of a new attachment is the number of its file in the same body.
        return shape | ({"id": str(shape.get("id"))} if name == "attachments" else {})
    if isinstance(body, list):
        return [as_described(value, name) for value in body]
    if name in _BITS and isinstance(body, str) and body.isdigit():
        return int(body)
    if isinstance(body, int) and body > _LEAST_ID and name not in _BITS:
        return str(body)
    return body


_LEAST_ID = 10**15
"""No number in a request is as great, but a snowflake made since 2015's first hours is."""


def _maker(document: Json) -> Callable[[Json], Any]:
    """What makes a validator for a schema, with references into the document."""
    from jsonschema import Draft202012Validator, FormatChecker, validators
    from jsonschema.exceptions import ValidationError
    from referencing import Registry, Resource
    from referencing.jsonschema import DRAFT202012

    formats = FormatChecker(formats=())

    @formats.checks("date-time")
    def _is_moment(value: object) -> bool:
        return not isinstance(value, str) or _MOMENT.fullmatch(value) is not None

    def any_of(validator: Any, alternatives: list[Json], instance: Any, schema: Json) -> Iterator[Any]:
        """Alternatives of this description overlap (every field optional), so one is enough.

        Those that cannot be meant, by null or by the number in `type`, are passed over: that is
        quick, and names what is wrong with the one that was meant.
        """
        meant = [one for one in alternatives if _may_be(_at_ref(document, one), instance)]
        wrong: list[Any] = []
        for one in meant:
            errors = [*validator.descend(instance, one)]
            if not errors:
                return
            wrong += errors
        if len(meant) == 1:
            yield from wrong
        else:
            yield ValidationError(f"{str(instance)[:200]} fits none of the alternatives", context=wrong)

    extend: Any = validators.extend
    extended = extend(Draft202012Validator, {"oneOf": any_of})
    resource = Resource.from_contents(document, default_specification=DRAFT202012)
    registry: Any = Registry().with_resource(DOCUMENT, resource)
    return lambda schema: extended(schema, registry=registry, format_checker=formats)


def _may_be(schema: Json, instance: Any) -> bool:
    if "const" in schema:
        return bool(schema["const"] == instance)
    if schema.get("type") == "null":
        return instance is None
    if instance is None:
        return schema.get("type") != "object"
    if isinstance(instance, dict):
        for name in ("type", "entity_type"):
            kinds = schema.get("properties", {}).get(name, {}).get("enum")
            if kinds and name in instance and instance[name] not in kinds:
                return False
    return True


def _at_ref(document: Json, schema: Json) -> Json:
    while "$ref" in schema:
        schema = _at(document, schema["$ref"].split("#", 1)[1])
    return schema


def _at(document: Json, pointer: str) -> Json:
    found: Any = document
    for step in pointer.split("/")[1:]:
        found = found[step.replace("~1", "/").replace("~0", "~")]
    return dict(found)


def _escaped(step: str) -> str:
    """RFC 6901, and % for the braces, which a URI fragment may not hold as they are."""
    return step.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")
