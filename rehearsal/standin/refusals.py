"""Discord's refusals: a status, a JSON error code, and for forms where each fault is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]

REFUSALS: dict[int, tuple[int, str]] = {
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10009: (404, "Unknown Permission Overwrite"),
    10011: (404, "Unknown Role"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    10063: (404, "Unknown application command"),
    10070: (404, "Unknown Guild Scheduled Event"),
    20012: (403, "You are not authorized to perform this action on this application"),
    30003: (400, "Maximum number of pins reached for the channel (250)"),
    30005: (400, "Maximum number of guild roles reached (250)"),
    30013: (400, "Maximum number of guild channels reached (500)"),
    30032: (400, "Maximum number of application commands reached"),
    40005: (413, "Request entity too large"),
    40060: (400, "Interaction has already been acknowledged."),
    50001: (403, "Missing Access"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50013: (403, "Missing Permissions"),
    50021: (403, "Cannot execute action on a system message"),
    50024: (400, "Cannot execute action on this channel type"),
    50028: (400, "Invalid role"),
    50035: (400, "Invalid Form Body"),
    50083: (400, "Thread is archived"),
    50109: (400, "The request body contains invalid JSON."),
    160004: (400, "A thread has already been created for this message"),
    160005: (400, "Thread is locked"),
    180000: (400, "Cannot update a finished event"),
}
"""Discord docs, Opcodes and Status Codes, JSON Error Codes."""

Path = Sequence[str | int]


class Refusal(Exception):
    """Raised anywhere in a route; the door answers with it."""

    def __init__(self, status: int, code: int, message: str, errors: Json | None = None) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors

    @property
    def body(self) -> Json:
        body: Json = {"message": self.message, "code": self.code}
        if self.errors is not None:
            body["errors"] = self.errors
        return body


def refuse(code: int) -> Refusal:
    """The refusal Discord gives under this code."""
    status, message = REFUSALS[code]
    return Refusal(status, code, message)


def unauthorized() -> Refusal:
    """The answer to a wrong or missing token."""
    return Refusal(401, 0, "401: Unauthorized")


class Form:
    """Gathers the faults of one request body, so that one 50035 names them all."""

    def __init__(self) -> None:
        self._errors: Json = {}

    def fault(self, path: Path, code: str, message: str) -> None:
        """Notes a fault at a place, e.g. ("embeds", 0, "title")."""
        place = self._errors
        for step in path:
            place = place.setdefault(str(step), {})
        place.setdefault("_errors", []).append({"code": code, "message": message})

    def settle(self) -> None:
        """Raises 50035 if anything was noted."""
        if self._errors:
            status, message = REFUSALS[50035]
            raise Refusal(status, 50035, message, self._errors)

    def text(self, path: Path, value: object, most: int, least: int = 0, required: bool = False) -> None:
        """A string of `least` to `most` characters; None or absent counts as not given."""
        if value is None:
            if required:
                self.fault(path, "BASE_TYPE_REQUIRED", "This field is required")
        elif not isinstance(value, str):
            self.fault(path, "BASE_TYPE_BAD_TYPE", "Could not interpret as string.")
        elif len(value) > most or len(value) < least:
            if least and required and not value:
                self.fault(path, "BASE_TYPE_REQUIRED", "This field is required")
            elif least:
                self.fault(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")
            else:
                self.fault(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")

    def whole(self, path: Path, value: object, least: int, most: int) -> None:
        """A whole number within bounds; None counts as not given."""
        if value is None:
            return
        if isinstance(value, bool) or not isinstance(value, int):
            self.fault(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
        elif value < least:
            self.fault(path, "NUMBER_TYPE_MIN", f"int value should be greater than or equal to {least}.")
        elif value > most:
            self.fault(path, "NUMBER_TYPE_MAX", f"int value should be less than or equal to {most}.")

    def among(self, path: Path, value: object, choices: Sequence[object]) -> None:
        """One of a few values; None counts as not given."""
        if value is not None and value not in choices:
            listed = ", ".join(str(choice) for choice in choices)
            self.fault(path, "BASE_TYPE_CHOICES", f"Value must be one of ({listed}).")

    def listing(
        self, path: Path, value: object, most: int, least: int = 0, *, objects: bool = True
    ) -> list[Any]:
        """The entries of a list of `least` to `most`, without any that should be objects and are not."""
        if value is None:
            return []
        if not isinstance(value, list):
            self.fault(path, "BASE_TYPE_BAD_TYPE", "Only iterables may be used in a ListType")
            return []
        if not least <= len(value) <= most:
            between = f"Must be between {least} and {most} in length."
            fewer = f"Must be {most} or fewer in length."
            code = "BASE_TYPE_BAD_LENGTH" if least else "BASE_TYPE_MAX_LENGTH"
            self.fault(path, code, between if least else fewer)
        if not objects:
            return value
        for number, one in enumerate(value):
            if not isinstance(one, dict):
                message = "Only dictionaries may be used in a ModelType"
                self.fault((*path, number), "MODEL_TYPE_CONVERT", message)
        return [one for one in value if isinstance(one, dict)]

    def object(self, path: Path, value: object) -> dict[str, Any]:
        """An object; an empty one when it is none or not given."""
        if value is not None and not isinstance(value, dict):
            self.fault(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
        return value if isinstance(value, dict) else {}
