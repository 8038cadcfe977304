"""Buttons as pages get them: what to send, and how to ask first. A page knows no rules."""

from room.wording import Json


def button(
    name: str,
    label: str,
    act: str,
    *,
    style: str = "plain",
    key: str | None = None,
    confirm: str | None = None,
    ask: list[Json] | None = None,
    preview: Json | None = None,
    **args: object,
) -> Json:
    """A button: `act` is sent with `args` and what `ask`'s fields are filled with.

    `style` is `primary`, `plain` or `danger`; `key` the letter that presses it; `confirm` is asked before;
    `preview` names what is shown small before the screen changes.
    """
    return {
        "id": name,
        "label": label,
        "act": act,
        "args": args,
        "style": style,
        "key": key,
        "confirm": confirm,
        "ask": ask,
        "preview": preview,
    }


def field(name: str, label: str, most: int, *, kind: str = "text", hint: str = "") -> Json:
    """A field to fill in before a button is sent: `text`, `long` or `number`."""
    return {"name": name, "label": label, "hint": hint, "kind": kind, "max": most}
