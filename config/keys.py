"""How the keys and values of the programme file are declared: a parser for reading, and its JSON schema."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from config import fields


@dataclass(frozen=True, eq=False)
class Written:
    """How a value is written: its parser, and what the JSON schema says of it (a text, if nothing else)."""

    parser: Callable[[object], object]
    schema: dict[str, Any] = field(default_factory=dict)

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.parser)

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        free = "enum" in self.schema or "anyOf" in self.schema
        return dict(self.schema) if free else {"type": "string", "minLength": 1, **self.schema}


@dataclass(frozen=True, eq=False)
class Short:
    """A value that also has a short way to be written: what makes the full one of it, and what the JSON
    schema says of the short one."""

    parser: Callable[[object], object]
    schema: dict[str, Any]

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.parser, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [self.schema, handler(core)]}


def line(longest: int) -> Written:
    """A text on one line."""
    return Written(fields.line_of(longest), {"maxLength": longest})


def text(longest: int) -> Written:
    """A text that may have several lines."""
    return Written(fields.text_of(longest), {"maxLength": longest})


def choice(kind: type[StrEnum]) -> Written:
    """One of an enumeration's values."""
    return Written(fields.choice_of(kind), {"enum": [one.value for one in kind]})


def minutes(least: int, most: int) -> Written:
    """Whole minutes."""
    return Written(fields.minutes_of(least, most), digits(least, most))


def number(least: int, most: int) -> Written:
    """A whole number."""
    return Written(fields.number_of(least, most), digits(least, most))


def digits(least: int, most: int) -> dict[str, Any]:
    """The JSON schema of a number, which an editor may take for a text."""
    bounds = {"type": "integer", "minimum": least, "maximum": most}
    return {"anyOf": [bounds, {"type": "string", "pattern": "^[0-9]+$"}]}


Id: TypeAlias = Annotated[str, Written(fields.identifier, {"pattern": f"^{fields.ID.pattern}$"})]
YesNo: TypeAlias = Annotated[
    bool, Written(fields.yes_or_no, {"enum": ["yes", "no", "true", "false", True, False]})
]


def _tidy(made: dict[str, Any]) -> None:
    """Make the JSON schema say what is so: a key may be left out, but is not null; it has no second title."""
    for one in made["properties"].values():
        one.pop("title", None)
        if one.get("default", "") is None:
            del one["default"]
            held = [other for other in one.pop("anyOf") if other.get("type") != "null"]
            one.update(held[0] if len(held) == 1 else {"anyOf": held})


class Keys(BaseModel):
    """A mapping of the file: no other keys than these."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, json_schema_extra=_tidy)
