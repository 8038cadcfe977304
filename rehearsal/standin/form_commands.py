"""Whether Discord would take an application command (Discord docs, Application Commands)."""

from __future__ import annotations

from typing import Any

from .model import Json
from .refusals import Form, Path

NAME, DESCRIPTION, OPTIONS, CHOICES, CHOICE_TEXT = 32, 100, 25, 25, 100
TOTAL = 8000
"""Discord docs, Application Commands: Structure, Option Structure."""

CHAT_INPUT, USER, MESSAGE, ENTRY_POINT = 1, 2, 3, 4
"""Discord docs, Application Commands, Application Command Types."""

MOST = {CHAT_INPUT: 100, USER: 15, MESSAGE: 15, ENTRY_POINT: 1}
"""Of each type in each scope; Discord docs, Application Commands, Registering a Command."""

SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, NUMBER, ATTACHMENT = 1, 2, 3, 4, 5, 10, 11
KINDS = tuple(range(1, 12))
"""Discord docs, Application Commands, Application Command Option Type."""


def check_command(form: Form, command: Json, at: Path = (), *, known: int | None = None) -> None:
    """Notes every fault of a command; `known` is its type in a PATCH, where what is absent stays."""
    kind = known or command.get("type") or CHAT_INPUT
    slash = kind == CHAT_INPUT
    form.among((*at, "type"), kind, tuple(MOST))
    if "name" in command or known is None:
        _name(form, (*at, "name"), command.get("name"), slash=slash)
    if slash and ("description" in command or known is None):
        form.text((*at, "description"), command.get("description"), DESCRIPTION, 1, required=True)
    if kind in (USER, MESSAGE):
        # Discord docs, User Commands and Message Commands: an empty description is passed over.
        for part in ("description", "options"):
            if command.get(part):
                code = f"APPLICATION_COMMAND_CONTEXT_MENU_{part.upper()}_INVALID"
                form.fault((*at, part), code, f"Context menu commands cannot have {part}")
    for locale, text in (command.get("name_localizations") or {}).items():
        _name(form, (*at, "name_localizations", locale), text, slash=slash)
    for locale, text in (command.get("description_localizations") or {}).items():
        form.text((*at, "description_localizations", locale), text, DESCRIPTION, 1)
    needed = command.get("default_member_permissions")
    if needed is not None and not str(needed).isdigit():
        form.fault((*at, "default_member_permissions"), "NUMBER_TYPE_COERCE", f'Value "{needed}" is not int.')
    _options(form, (*at, "options"), command.get("options"), depth=0)
    if _length(command) > TOTAL:
        message = f"Command exceeds maximum size ({TOTAL})"
        form.fault(at or ("name",), "APPLICATION_COMMAND_TOO_LARGE", message)


def _name(form: Form, at: Path, name: object, *, slash: bool) -> None:
    form.text(at, name, NAME, 1, required=True)
    if not slash or not isinstance(name, str) or not 1 <= len(name) <= NAME:
        return
    # Letters and numbers of any script; its marks too, for the docs' pattern names Devanagari and Thai.
    known = all(char in "-_'" or char.isalpha() or char.isnumeric() or _mark(char) for char in name)
    if not known or name != name.lower():
        form.fault(at, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def _mark(char: str) -> bool:
    return "\u0900" <= char <= "\u097f" or "\u0e00" <= char <= "\u0e7f"


def _options(form: Form, at: Path, options: Any, *, depth: int) -> None:
    listed = form.listing(at, options, OPTIONS)
    seen: set[str] = set()
    optional = False
    nested = [one.get("type") in (SUBCOMMAND, GROUP) for one in listed]
    if any(nested) and not all(nested):
        message = "Sub-command and sub-command group option types are mutually exclusive to all other types"
        form.fault(at, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)
    for number, one in enumerate(listed):
        here = (*at, number)
        kind = one.get("type")
        form.among((*here, "type"), kind if kind is not None else "", KINDS)
        _name(form, (*here, "name"), one.get("name"), slash=True)
        form.text((*here, "description"), one.get("description"), DESCRIPTION, 1, required=True)
        if one.get("name") in seen:
            message = "Option name is already used"
            form.fault((*here, "name"), "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", message)
        seen.add(str(one.get("name")))
        if one.get("required") and optional:
            message = "Required options must be placed before non-required options"
            form.fault((*here, "required"), "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message)
        optional |= not one.get("required") and kind not in (SUBCOMMAND, GROUP)
        if (kind == GROUP and depth > 0) or (kind == SUBCOMMAND and depth > 1):
            message = "Sub-commands and groups cannot be nested so deep"
            form.fault((*here, "type"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)
        elif kind in (SUBCOMMAND, GROUP):
            below = 2 if kind == SUBCOMMAND else 1
            _options(form, (*here, "options"), one.get("options"), depth=below)
        else:
            _choices(form, here, one)


def _choices(form: Form, at: Path, option: Json) -> None:
    choices = form.listing((*at, "choices"), option.get("choices"), CHOICES)
    if choices and option.get("autocomplete"):
        message = "Choices and autocomplete are mutually exclusive"
        form.fault((*at, "choices"), "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID", message)
    for number, choice in enumerate(choices):
        form.text((*at, "choices", number, "name"), choice.get("name"), CHOICE_TEXT, 1, required=True)
        if option.get("type") == STRING:
            form.text((*at, "choices", number, "value"), choice.get("value"), CHOICE_TEXT, 0, required=True)
    form.whole((*at, "min_length"), option.get("min_length"), 0, 6000)
    form.whole((*at, "max_length"), option.get("max_length"), 1, 6000)


def _length(part: Json) -> int:
    own = len(str(part.get("name") or "")) + len(str(part.get("description") or ""))
    own += sum(
        len(str(one.get("name") or "")) + len(str(one.get("value") or ""))
        for one in part.get("choices") or ()
    )
    return own + sum(_length(one) for one in part.get("options") or ())
