"""Discord's markdown as HTML that can hold nothing but what this module makes.

Text is `str`, finished HTML is `Safe`; whatever is put into an element and is not `Safe` is escaped. So
joining or formatting by mistake gives a plain string, and shows as text instead of acting as markup.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

DEEPEST = 8
"""Levels of nesting that are followed; what is deeper is shown as it was typed."""

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
"""English whatever the process's locale, which strftime would follow."""

SPANS = (("year", 31536000), ("month", 2592000), ("day", 86400), ("hour", 3600), ("minute", 60))
"""Seconds in what a relative time is told in; a month counts 30 days, a year 365."""

_VOID = {"br", "hr", "img", "input", "meta"}
_MARK, _END = "\ufdd0", "\ufdd1"
"""Noncharacters that no message can hold after `clean`: they stand around the number of a code block."""

_UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


class Safe(str):
    """HTML that may stand in the page as it is."""

    __slots__ = ()


def clean(text: str) -> str:
    """Without control characters, lone surrogates and noncharacters; lines end with a newline."""
    return _UNWANTED.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def escaped(text: str) -> Safe:
    """The text as HTML: every sign shows as itself."""
    return text if isinstance(text, Safe) else Safe(html.escape(clean(text)))


def join(parts: Iterable[str]) -> Safe:
    """One after the other; what is not `Safe` is escaped."""
    return Safe("".join(escaped(part) for part in parts))


def tag(kind: str, /, *parts: str, **attributes: str | bool | None) -> Safe:
    """An element; `p.topic` is a p of the class topic, `for_` the attribute for, `aria_label` aria-label.

    Attributes that are None, False or "" are left out.
    """
    name, _, classes = kind.partition(".")
    written = [f"<{name}"]
    for key, value in ({"class": classes} | attributes).items():
        if value:
            called = key.rstrip("_").replace("_", "-")
            written.append(f" {called}" if value is True else f' {called}="{html.escape(clean(value))}"')
    opening = "".join(written) + ">"
    return Safe(opening if name in _VOID else f"{opening}{join(parts)}</{name}>")


@dataclass(frozen=True)
class Context:
    """What a text refers to: names by id, the meeting's zone, and the moment the message was said.

    `place` gives the link to a channel or thread, which may depend on who looks.
    """

    zone: ZoneInfo
    venue: str
    at: datetime
    users: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    place: Callable[[str], Safe] = lambda _: tag("bdi.mention", "#unknown")


def to_html(text: str, context: Context) -> Safe:
    """A message's text: paragraphs, headings, lists, quotations, code, and all that stands in a line."""
    fences: list[Safe] = []
    return _blocks(_without_fences(clean(text), fences).split("\n"), _Scope(context, fences), 0)


def inline(text: str, context: Context, links: bool = True) -> Safe:
    """A text that is one line, such as a topic: no headings, lists or code blocks."""
    return _inline(clean(text), _Scope(context, [], links), 0)


def address(url: str) -> str | None:
    """The URL if it is one of the web with a host; None for any other scheme."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return None
    return url if usable and not re.search(r"[\s<>\"`\\]", url) and clean(url) == url else None


def link(url: str, *label: str, kind: str = "a") -> Safe | None:
    """A link to the web, or None where the address is none."""
    href = address(url)
    return tag(kind, *label, href=href, rel="noreferrer noopener") if href else None


def date(moment: datetime, weekday: bool = False) -> str:
    """`7 September 2022`, with `Wednesday` before it if wanted; of a moment already in its zone."""
    day = f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"
    return f"{WEEKDAYS[moment.weekday()]} {day}" if weekday else day


def stamp(seconds: int, style: str, context: Context) -> Safe | None:
    """A timestamp of Discord's, told in the meeting's zone; None for a moment no calendar has."""
    try:
        moment = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).astimezone(context.zone)
        iso = moment.astimezone(UTC).isoformat()
    except (OverflowError, ValueError):
        return None
    hour, full = f"{moment:%H:%M}", date(moment, weekday=True)
    said = {
        "t": hour,
        "T": f"{moment:%H:%M:%S}",
        "d": f"{moment:%d/%m/}{moment.year:04}",
        "D": date(moment),
        "f": f"{date(moment)} {hour}",
        "F": f"{full} {hour}",
    }
    exact = f"{full} {hour} {context.venue}"
    if style == "R":
        return tag("time", relative(seconds - context.at.timestamp()), datetime=iso, title=exact)
    hint = tag("small.zone", context.venue)
    return tag("time", said[style], " ", hint, datetime=iso, title=exact)


def relative(seconds: float) -> str:
    """`in 10 minutes`, `2 hours ago`: a span from a message's moment to another."""
    for name, size in SPANS:
        if abs(seconds) >= size:
            number = int(abs(seconds) / size + 0.5)
            span = f"{number} {name}" + "s" * (number != 1)
            return f"in {span}" if seconds > 0 else f"{span} ago"
    return "now" if abs(seconds) < 1 else "in a few seconds" if seconds > 0 else "a few seconds ago"


@dataclass(frozen=True)
class _Scope:
    context: Context
    fences: list[Safe]
    links: bool = True


# Blocks.

_HEADING = re.compile(r"(#{1,3}) +(\S.*)")
_SUBTEXT = re.compile(r"-# +(\S.*)")
_ITEM = re.compile(r"( *)([-*]|\d{1,9}\.) +(\S.*)")


def _without_fences(text: str, found: list[Safe]) -> str:
    """Takes the code blocks out, leaving a mark with the number of each."""
    kept, at = [], 0
    while (start := text.find("```", at)) >= 0:
        end = text.find("```", start + 3)
        before = text[:start]
        quoted = (len(before) - len(before.rstrip("\\"))) % 2
        body = text[start + 3 : end]
        if quoted or end < 0 or not body.strip("\n"):
            kept.append(text[at : start + 3])
            at = start + 3
            continue
        first, newline, rest = body.partition("\n")
        code = rest if newline and rest.strip() and re.fullmatch(r"[\w+.#-]*", first) else body
        block = tag("pre", tag("code", code.strip("\n")), dir="auto", tabindex="0")
        kept += [text[at:start], f"{_MARK}{len(found)}{_END}"]
        found.append(block)
        at = end + 3
    return "".join([*kept, text[at:]])


def _blocks(lines: list[str], scope: _Scope, depth: int) -> Safe:
    made: list[Safe] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if not depth and line.startswith(">>> "):
            made.append(tag("blockquote", _blocks([line[4:], *lines[at + 1 :]], scope, 1)))
            break
        end = at + 1
        if not depth and line.startswith("> "):
            while end < len(lines) and lines[end].startswith("> "):
                end += 1
            made.append(tag("blockquote", _blocks([one[2:] for one in lines[at:end]], scope, 1)))
        elif heading := _HEADING.fullmatch(line):
            name = f"h{len(heading[1]) + 3}"
            made.append(tag(name, _inline(heading[2].rstrip(" #"), scope, 1), dir="auto"))
        elif subtext := _SUBTEXT.fullmatch(line):
            made.append(tag("p.subtext", _inline(subtext[1], scope, 1), dir="auto"))
        elif _ITEM.fullmatch(line):
            while end < len(lines) and (_ITEM.fullmatch(lines[end]) or lines[end].startswith("  ")):
                end += 1
            made.append(_list(_items(lines[at:end]), scope))
        else:
            while end < len(lines) and lines[end].strip() and not _begins(lines[end], depth):
                end += 1
            made.append(_paragraph("\n".join(lines[at:end]), scope))
        at = end
    return join(made)


def _begins(line: str, depth: int) -> bool:
    quotes = not depth and line.startswith(("> ", ">>> "))
    return quotes or any(pattern.fullmatch(line) for pattern in (_HEADING, _SUBTEXT, _ITEM))


def _paragraph(text: str, scope: _Scope) -> Safe:
    """Running text; code blocks in it stand by themselves."""
    parts = re.split(f"({_MARK}\\d+{_END})", text)
    made = []
    for part in parts:
        if part.startswith(_MARK):
            made.append(_inline(part, scope, 1))
        elif part.strip():
            made.append(tag("p", _inline(part.strip("\n"), scope, 1), dir="auto"))
    return join(made)


def _items(lines: list[str]) -> list[tuple[int, str, str]]:
    """Of each item its indentation, its bullet or number, and its text with the lines that belong to it."""
    items: list[tuple[int, str, str]] = []
    for line in lines:
        if found := _ITEM.fullmatch(line):
            items.append((min(len(found[1]), 2 * DEEPEST), found[2], found[3]))
        else:
            indent, bullet, text = items[-1]
            items[-1] = (indent, bullet, f"{text}\n{line.strip()}")
    return items


def _list(items: list[tuple[int, str, str]], scope: _Scope) -> Safe:
    made: list[Safe] = []
    at = 0
    while at < len(items):
        indent, bullet, _ = items[at]
        ordered, entries = bullet[0].isdigit(), []
        while at < len(items) and items[at][1][0].isdigit() == ordered:
            end = at + 1
            while end < len(items) and items[end][0] > indent:
                end += 1
            text, under = items[at][2], items[at + 1 : end]
            entries.append(tag("li", _inline(text, scope, 1), _list(under, scope)))
            at = end
        start = bullet[:-1] if ordered else None
        made.append(tag("ol" if ordered else "ul", *entries, start=start, dir="auto"))
    return join(made)


# What stands in a line. Each rule is tried where its first sign stands; the first that holds is taken.

_Make = Callable[[re.Match[str], _Scope, int], Safe | None]


def _styled(name: str) -> _Make:
    return lambda found, scope, depth: tag(name, _inline(found[1], scope, depth + 1))


def _spoiler(found: re.Match[str], scope: _Scope, depth: int) -> Safe:
    label = tag("small", "hidden until pressed:")
    return tag("span.spoiler", label, " ", _inline(found[1], scope, depth + 1))


def _code(found: re.Match[str], scope: _Scope, depth: int) -> Safe:
    text = found[2]
    padded = text.startswith(" `") or text.endswith("` ")
    return tag("code", text.strip(" ") if padded else text)


def _masked(found: re.Match[str], scope: _Scope, depth: int) -> Safe | None:
    if not scope.links or re.search(r"https?://", found[1]):
        return None  # Discord shows neither a link in a link nor one that claims another address.
    plain = _Scope(scope.context, scope.fences, links=False)
    return link(found[2] or found[3], _inline(found[1], plain, depth + 1), kind="a.masked")


def _bare(found: re.Match[str], scope: _Scope, depth: int) -> Safe | None:
    url = found[1]
    return link(url, url) if scope.links else None


def _running(found: re.Match[str], scope: _Scope, depth: int) -> Safe | None:
    url = found[0]
    while url.endswith(")") and url.count(")") > url.count("("):
        url = url[:-1]
    made = link(url, url) if scope.links else None
    return None if made is None else join([made, found[0][len(url) :]])


def _mention(found: re.Match[str], scope: _Scope, depth: int) -> Safe:
    kind, number = found[1], found[2]
    if kind == "#":
        return scope.context.place(number) if scope.links else _named("#channel")
    if kind == "@&":
        return _named("@" + scope.context.roles.get(number, "deleted role").removeprefix("@"), " role")
    return _named("@" + scope.context.users.get(number, "unknown user"))


def _time(found: re.Match[str], scope: _Scope, depth: int) -> Safe | None:
    return stamp(int(found[1]), found[2] or "f", scope.context)


def _named(name: str, kind: str = "") -> Safe:
    return tag("bdi.mention" + kind, name)


_INSIDE = r"((?:\\.|[^\\])+?)"
_WEB = r"https?://[^\s<>\"`\\]"
_PART = r"[^\s()<>\"`\\]"
_TARGET = rf"(?:<({_WEB}+)>|(https?://{_PART}+(?:\({_PART}*\){_PART}*)*))"
_RULES: dict[str, list[tuple[re.Pattern[str], _Make]]] = {}
for _sign, _pattern, _made_by in (
    ("\\", r"\\([^0-9A-Za-z\s])", lambda found, scope, depth: escaped(found[1])),
    ("\n", r"\n", lambda found, scope, depth: tag("br")),
    ("`", r"(`++)(.*?[^`])\1(?!`)", _code),
    ("*", rf"\*\*{_INSIDE}\*\*(?!\*)", _styled("strong")),
    ("*", r"\*(?=\S)((?:\*\*|\\.|[^*\\])+?)(?<!\s)\*(?!\*)", _styled("em")),
    ("_", rf"__{_INSIDE}__(?!_)", _styled("u")),
    ("_", r"_((?:__|\\.|[^_\\])+?)_(?![0-9A-Za-z_])", _styled("em")),
    ("~", rf"~~{_INSIDE}~~(?!~)", _styled("s")),
    ("|", rf"\|\|{_INSIDE}\|\|", _spoiler),
    ("[", rf"\[((?:\\.|[^\[\]\\]|\[[^\[\]]*\])+)\]\({_TARGET}\)", _masked),
    ("<", rf"<({_WEB}+)>", _bare),
    ("<", r"<(@&|@|#)!?(\d{1,20})>", _mention),
    ("<", r"<t:(-?\d{1,17})(?::([tTdDfFR]))?>", _time),
    ("<", r"<(/[^:<>\n]{1,100}):\d{1,20}>", lambda found, scope, depth: _named(found[1])),
    ("<", r"<a?(:\w{1,64}:)\d{1,20}>", lambda found, scope, depth: escaped(found[1])),
    ("@", r"@(?:everyone|here)\b", lambda found, scope, depth: _named(found[0], " role")),
    ("h", rf"{_WEB}*[^\s<>\"`\\.,:;'\]*_~|]", _running),
    (_MARK, rf"{_MARK}(\d+){_END}", lambda found, scope, depth: scope.fences[int(found[1])]),
):
    _RULES.setdefault(_sign, []).append((re.compile(_pattern, re.DOTALL), _made_by))

_SIGN = re.compile(rf"[\n\\`*_~|<\[@{_MARK}]|h(?=ttps?://)")


def _inline(text: str, scope: _Scope, depth: int) -> Safe:
    made: list[str] = []
    at = 0
    while found := _SIGN.search(text, at):
        made.append(text[at : found.start()])
        at = found.start()
        rules = _RULES[text[at]] if depth <= DEEPEST or text[at] == _MARK else []
        for pattern, make in rules:
            found = pattern.match(text, at)
            result = make(found, scope, depth) if found else None
            if found and result is not None:
                made.append(result)
                at = found.end()
                break
        else:
            made.append(text[at])
            at += 1
    return join([*made, text[at:]])
