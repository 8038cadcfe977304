"""Whether Discord would take a message's body (Discord docs, Message, Create Message, and Embed Limits)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from .calls import Upload
from .form_components import check_message_components
from .model import COMPONENTS_V2, Json
from .refusals import Form, Path, refuse

CONTENT, NONCE = 2000, 25
EMBEDS, EMBED_IN_ALL, FIELDS = 10, 6000, 25
EMBED_PARTS = {"title": 256, "description": 4096, "url": 2048}
FIELD_NAME, FIELD_VALUE, FOOTER, AUTHOR = 256, 1024, 2048, 256
ATTACHMENTS, ATTACHMENT_BYTES, ATTACHMENT_DESCRIPTION = 10, 10 * 1024 * 1024, 1024
ALLOWED_MENTIONS = 100


def check_message(form: Form, body: Json, uploads: list[Upload], at: Path = ()) -> None:
    """Notes every fault of a new or edited message's fields; `at` is where the message is in the body.

    Raises 40005 for a file above 10 MiB.
    """
    v2 = bool((body.get("flags") or 0) & COMPONENTS_V2) if isinstance(body.get("flags"), int) else False
    form.text((*at, "content"), body.get("content"), CONTENT)
    embeds = form.listing((*at, "embeds"), body.get("embeds"), EMBEDS)
    _embeds(form, (*at, "embeds"), embeds)
    if v2:
        for name in ("content", "embeds", "sticker_ids", "poll"):
            if body.get(name):
                form.fault(
                    (*at, name),
                    "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                    f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
                )
    check_message_components(form, (*at, "components"), body.get("components"), v2=v2)
    _allowed_mentions(form, (*at, "allowed_mentions"), body.get("allowed_mentions"))
    _attachments(form, (*at, "attachments"), body.get("attachments"), uploads)
    nonce = body.get("nonce")
    if not isinstance(nonce, int):
        form.text((*at, "nonce"), nonce, NONCE)


def _embeds(form: Form, at: Path, embeds: list[Any]) -> None:
    in_all = 0
    for number, embed in enumerate(embeds):
        here = (*at, number)
        for name, most in EMBED_PARTS.items():
            form.text((*here, name), embed.get(name), most)
        form.whole((*here, "color"), embed.get("color"), 0, 0xFFFFFF)
        footer = form.object((*here, "footer"), embed.get("footer"))
        author = form.object((*here, "author"), embed.get("author"))
        form.text((*here, "footer", "text"), footer.get("text"), FOOTER)
        form.text((*here, "author", "name"), author.get("name"), AUTHOR)
        _moment(form, (*here, "timestamp"), embed.get("timestamp"))
        fields = form.listing((*here, "fields"), embed.get("fields"), FIELDS)
        for place, one in enumerate(fields):
            form.text((*here, "fields", place, "name"), one.get("name"), FIELD_NAME, 1, required=True)
            form.text((*here, "fields", place, "value"), one.get("value"), FIELD_VALUE, 1, required=True)
        words = [embed.get("title"), embed.get("description"), footer.get("text"), author.get("name")]
        words += [one.get(part) for one in fields for part in ("name", "value")]
        in_all += sum(len(word) for word in words if isinstance(word, str))
    if in_all > EMBED_IN_ALL:
        message = f"Embed size exceeds maximum size of {EMBED_IN_ALL}"
        form.fault(at, "MAX_EMBED_SIZE_EXCEEDED", message)


def _moment(form: Form, at: Path, value: object) -> None:
    if value is None:
        return
    try:
        datetime.fromisoformat(str(value))
    except ValueError:
        form.fault(at, "DATE_TIME_TYPE_PARSE", f"Could not parse {value}. Should be ISO8601.")


def _allowed_mentions(form: Form, at: Path, allowed: Any) -> None:
    """Discord docs, Message, Allowed Mentions Object."""
    if allowed is None:
        return
    if not isinstance(allowed, dict):
        form.fault(at, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
        return
    parse = form.listing((*at, "parse"), allowed.get("parse"), 3, objects=False)
    for number, kind in enumerate(parse):
        form.among((*at, "parse", number), kind, ("users", "roles", "everyone"))
    _once(form, (*at, "parse"), parse)
    for kind in ("users", "roles"):
        named = form.listing((*at, kind), allowed.get(kind), ALLOWED_MENTIONS, objects=False)
        for number, one in enumerate(named):
            if not str(one).isdigit():
                form.fault((*at, kind, number), "NUMBER_TYPE_COERCE", f'Value "{one}" is not snowflake.')
        _once(form, (*at, kind), named)
        if named and kind in parse:
            message = f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
            form.fault(at, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message)


def _once(form: Form, at: Path, listed: list[Any]) -> None:
    """Discord's API description has these lists as sets: the same thing twice is refused."""
    seen: set[str] = set()
    for number, one in enumerate(listed):
        if str(one) in seen:
            message = f'The Set already contains the value "{one}".'
            form.fault((*at, number), "SET_TYPE_ALREADY_CONTAINS_VALUE", message)
        seen.add(str(one))


def _attachments(form: Form, at: Path, described: Any, uploads: list[Upload]) -> None:
    if any(len(upload.data) > ATTACHMENT_BYTES for upload in uploads):
        raise refuse(40005)
    listed = form.listing(at, described, ATTACHMENTS)
    if len(uploads) > ATTACHMENTS:
        form.fault(at, "BASE_TYPE_MAX_LENGTH", f"Must be {ATTACHMENTS} or fewer in length.")
    for number, one in enumerate(listed):
        if not str(one.get("id")).isdigit():
            form.fault((*at, number, "id"), "BASE_TYPE_REQUIRED", "This field is required")
        else:
            form.text((*at, number, "description"), one.get("description"), ATTACHMENT_DESCRIPTION)
