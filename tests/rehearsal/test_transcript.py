"""The transcript: markdown as HTML, who sees what, and that no text becomes markup."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import time
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rehearsal
from rehearsal.markup import Context, Safe, join, tag, to_html
from rehearsal.standin import Message, Permission, ScheduledEvent, Standin
from rehearsal.standin.model import Attachment, Overwrite
from rehearsal.standin.shapes import Shaper
from rehearsal.transcript import View, render

BANGKOK = ZoneInfo("Asia/Bangkok")
AT = datetime(2022, 9, 7, 2, tzinfo=UTC)
NINE = int(AT.timestamp())
CONTEXT = Context(
    BANGKOK, "Bangkok", AT, {"1": "Ana <b>"}, {"2": "Delegates"}, lambda one: tag("a.x", one, href="#c7")
)

VOID = {"meta", "input", "br", "hr", "img"}
IN_TEXT = {
    "p": {"dir", "class"}, "h4": {"dir"}, "h5": {"dir"}, "h6": {"dir"}, "pre": {"dir", "tabindex"},
    "code": set(), "blockquote": set(), "ul": {"dir"}, "ol": {"dir", "start"}, "li": set(), "br": set(),
    "strong": set(), "em": set(), "u": set(), "s": set(), "small": {"class"}, "span": {"class"},
    "a": {"class", "href", "rel"}, "bdi": {"class"}, "time": {"datetime", "title"},
}  # fmt: skip
"""All that the text of a message may become."""

PLAIN = (
    "head", "body", "header", "main", "nav", "section", "summary", "div", "figure", "figcaption", "dl", "dt",
    "dd", "style", "script", "title", "h1", "h2", "h3", "hr",
)  # fmt: skip
IN_PAGE = IN_TEXT | {
    **{name: set[str]() for name in PLAIN},
    "meta": {"charset", "http-equiv", "content", "name"}, "img": {"src", "alt"},
    "input": {"type", "name", "checked"}, "html": {"lang"}, "label": {"for"}, "details": {"open"},
}  # fmt: skip
EVERYWHERE = frozenset({"class", "id", "dir", "title", "aria-label", "aria-hidden", "tabindex"})


class Reader(HTMLParser):
    """Reads a page strictly: balanced, and nothing beyond what is allowed. `text` is what view `n` shows."""

    def __init__(
        self, allowed: dict[str, set[str]], more: frozenset[str] = frozenset(), n: int | None = None
    ) -> None:
        super().__init__()
        self.allowed, self.more, self.n = allowed, more, n
        self.open: list[tuple[str, bool]] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.inner: dict[str, str] = {}

    def handle_starttag(self, name: str, given: list[tuple[str, str | None]]) -> None:
        attributes = dict(given)
        assert name != "a" or "a" not in [one for one, _ in self.open]
        assert len(attributes) == len(given)
        assert name in self.allowed, name
        assert set(attributes) <= self.allowed[name] | self.more, (name, attributes)
        assert re.match(
            r"https?://[^\s\"<>]+$|#(?:[cm]\d+|main|events|everything)$", attributes.get("href") or "#main"
        )
        assert re.match(r"data:image/(?:png|jpeg);base64,", attributes.get("src") or "data:image/png;base64,")
        self.tags.append((name, attributes))
        classes = (attributes.get("class") or "").split()
        hidden = bool(self.open) and self.open[-1][1]
        hidden |= self.n is not None and "by" in classes and f"v{self.n}" not in classes
        if name not in VOID:
            self.open.append((name, hidden))

    def handle_endtag(self, name: str) -> None:
        assert self.open.pop()[0] == name

    def handle_data(self, data: str) -> None:
        name, hidden = self.open[-1] if self.open else ("", False)
        if name in ("script", "style"):
            self.inner[name] = data
        elif not hidden:
            self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)


def read(html: str, allowed: dict[str, set[str]] = IN_TEXT, n: int | None = None) -> Reader:
    reader = Reader(allowed, EVERYWHERE if allowed is IN_PAGE else frozenset(), n)
    reader.feed(html)
    reader.close()
    assert not reader.open
    return reader


# Markdown.


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**a** *b* _c_ __d__ ~~e~~", "<strong>a</strong> <em>b</em> <em>c</em> <u>d</u> <s>e</s>"),
        ("***a*** **b *c* d**", "<strong><em>a</em></strong> <strong>b <em>c</em> d</strong>"),
        ("snake_case_name 2 * 3 * 4", "snake_case_name 2 * 3 * 4"),
        (r"\*a\* \_b\_ \<@1> \\ 1\. \~~c~~", "*a* _b_ &lt;@1&gt; \\ 1. ~~c~~"),
        ("`a *b* <i>` ``c ` d``", "<code>a *b* &lt;i&gt;</code> <code>c ` d</code>"),
        ("a\nb", "a<br>b"),
        ("||a||", '<span class="spoiler"><small>hidden until pressed:</small> a</span>'),
        (
            "<@1> <@!1> <@9>",
            '<bdi class="mention">@Ana &lt;b&gt;</bdi> ' * 2 + '<bdi class="mention">@unknown user</bdi>',
        ),
        ("<@&2> @here", '<bdi class="mention role">@Delegates</bdi> <bdi class="mention role">@here</bdi>'),
        (
            "<#7> </agenda next:5> <:ok:5>",
            '<a class="x" href="#c7">7</a> <bdi class="mention">/agenda next</bdi> :ok:',
        ),
        ("<b onclick=x>&amp;", "&lt;b onclick=x&gt;&amp;amp;"),
    ],
)
def test_what_stands_in_a_line(text: str, html: str) -> None:
    assert to_html(text, CONTEXT) == f'<p dir="auto">{html}</p>'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# A\n## B\n### C #\n-# d", '<h4 dir="auto">A</h4><h5 dir="auto">B</h5><h6 dir="auto">C</h6>'
            '<p class="subtext" dir="auto">d</p>'),
        ("#A\n-#b", '<p dir="auto">#A<br>-#b</p>'),
        ("- a\n  - b\n* c", '<ul dir="auto"><li>a<ul dir="auto"><li>b</li></ul></li><li>c</li></ul>'),
        ("3. a\n   more\n4. b", '<ol start="3" dir="auto"><li>a<br>more</li><li>b</li></ol>'),
        ("> a\n> b\nc", '<blockquote><p dir="auto">a<br>b</p></blockquote><p dir="auto">c</p>'),
        (">>> a\n\nb", '<blockquote><p dir="auto">a</p><p dir="auto">b</p></blockquote>'),
        ("```py\n*a*\n```b", '<pre dir="auto" tabindex="0"><code>*a*</code></pre><p dir="auto">b</p>'),
        ("\\```a```", '<p dir="auto">```a```</p>'),
        ("||" * 9 + "```a```" + "||" * 9, None),
    ],
)  # fmt: skip
def test_what_stands_in_lines(text: str, html: str | None) -> None:
    made = to_html(text, CONTEXT)
    read(made)
    assert html is None or made == html


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("[a](https://x.y/z) <https://x.y/a_b> https://x.y.", ["https://x.y/z", "https://x.y/a_b", "https://x.y"]),
        ("(https://x.y/(a)) [b](<http://x.y>) [c](https://x.y/(d))", ["https://x.y/(a)", "http://x.y", "https://x.y/(d)"]),
        ("**https://x.y/ท_ä?a=1&b=2**", ["https://x.y/ท_ä?a=1&b=2"]),
        ("[a](javascript:alert(1)) <javascript:x> [b](data:text/html,x) [c](//x.y) ftp://x.y", []),
        ('[a](https://x.y"onclick=z) [b](https://) https:// https://[x', ["https://x.y"]),
        ("[https://good.example](https://bad.example)", ["https://bad.example"]),
        ("[<#7> https](https://x.y)", ["https://x.y"]),
    ],
)  # fmt: skip
def test_links(text: str, links: list[str]) -> None:
    made = to_html(text, CONTEXT)
    assert [given["href"] for name, given in read(made).tags if name == "a"] == links


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (f"<t:{NINE}:t>", "09:00 Bangkok"), (f"<t:{NINE}:T>", "09:00:00 Bangkok"),
        (f"<t:{NINE}:d>", "07/09/2022 Bangkok"), (f"<t:{NINE}:D>", "7 September 2022 Bangkok"),
        (f"<t:{NINE}:f>", "7 September 2022 09:00 Bangkok"),
        (f"<t:{NINE}>", "7 September 2022 09:00 Bangkok"),
        (f"<t:{NINE}:F>", "Wednesday 7 September 2022 09:00 Bangkok"),
        (f"<t:{NINE + 600}:R>", "in 10 minutes"), (f"<t:{NINE - 7200}:R>", "2 hours ago"),
        (f"<t:{NINE + 86400}:R>", "in 1 day"), (f"<t:{NINE}:R>", "now"),
        (f"<t:{NINE + 30}:R>", "in a few seconds"),
        (f"<t:{NINE + 16 * 3600}:D>", "8 September 2022 Bangkok"),
        ("<t:99999999999999:t>", "<t:99999999999999:t>"),
        ("<t:-62135596800:F>", "Monday 1 January 1 06:42 Bangkok"), (f"<t:{NINE}:x>", f"<t:{NINE}:x>"),
    ],
)  # fmt: skip
def test_timestamps_are_told_in_the_meetings_zone(written: str, said: str) -> None:
    assert read(to_html(written, CONTEXT)).text == said


NASTY = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><svg onload=x>', "' autofocus onfocus='x",
    "[x](javascript:alert(1))", '[x](https://a.b" onmouseover="x)', "[`](https://a.b/`<b>`)",
    "<!-- --><![CDATA[x]]>",
    "</p></div></section></style></script><b>", "\ufdd00\ufdd1\ufdd09\ufdd1", "\ud800\x00\x1b\u202e<b>",
    "&lt;b&gt;&#60;i&#62;",
    "**__||~~*_`<b>`_*~~||__**", "```html\n<b>\n```<i>", "https://a.b/\"><b>", "<https://a.b/'><b>>",
    "> # - 1. <b>",
    "expression(alert(1))}body{display:none", "<t:1:t><b>", "<@1><b>", "<#x><b>",
    "javascript://a.b/%0aalert(1)", "[x](javascript://a.b/%0aalert(1)) <javascript://a.b/>",
]  # fmt: skip
PIECES = st.sampled_from(
    [*NASTY, *"*_~|`<>[]()\\#-\n\"'&;:@ 1a", "http://", "https://a.b", "<t:", "<@1>", "```", "> "]
)


@given(st.lists(PIECES | st.text(max_size=5), max_size=40).map("".join))
def test_no_text_becomes_more_than_its_markdown(text: str) -> None:
    assert "\ud800" not in read(to_html(text, CONTEXT)).text


@given(st.text(alphabet=st.characters(categories=["L", "M", "N"]), min_size=1))
def test_letters_of_any_script_come_through(text: str) -> None:
    assert read(to_html(text, CONTEXT)).text == text


@pytest.mark.parametrize(
    "piece",
    [
        "**",
        "*a",
        "_a__",
        "[",
        "[[a]",
        "[a](https://x(",
        "`",
        "`a``b",
        "||",
        "> ",
        "- a\n",
        "<t:",
        "\\```",
        "(https://a)",
        "**_",
        "\n",
    ],
)
def test_hostile_repetition_takes_no_time(piece: str) -> None:
    before = time.perf_counter()
    to_html(piece * (4000 // len(piece)), CONTEXT)
    assert time.perf_counter() - before < 2


def test_plain_strings_are_escaped_when_joined() -> None:
    made = tag("b", "x")
    assert join([made, "<i>", f"{made}"]) == "<b>x</b>&lt;i&gt;&lt;b&gt;x&lt;/b&gt;"
    assert isinstance(made, Safe) and not isinstance(made + "", Safe)


# The page.


class Meeting:
    """A stand-in with a public and a staff channel, and a page made from it."""

    def __init__(self) -> None:
        self.at = AT
        self.standin = Standin(lambda: self.at)
        world = self.world = self.standin.world
        self.staff = world.add_role("Moderator")
        self.ana = world.add_member("Ana", [world.add_role("Delegate").id])
        self.mo = world.add_member("Mo", [self.staff.id])
        view = int(Permission.VIEW_CHANNEL)
        closed = [Overwrite(world.guild.id, 0, 0, view), Overwrite(self.staff.id, 0, view)]
        self.public = world.add_channel("programme", topic="What is **on**")
        self.closed = world.add_channel("backroom", overwrites=closed)
        self.nobody = world.add_channel("crypt", overwrites=closed[:1])

    def post(
        self, content: str = "", place: Any = None, components: Any = (), author: Any = None, **more: Any
    ) -> Message:
        world = self.world
        files = more.get("attachments", [])
        shaper = Shaper(files, world.ids.make)
        more["embeds"] = [shaper.embed(one) for one in more.get("embeds", [])]
        message = Message(
            world.ids.make(), (place or self.public).id, (author or world.bot).id, self.at, content, **more
        )
        message.components = shaper.components(components)
        return world.post(message)

    def file(self, name: str, data: bytes, kind: str, **more: Any) -> Attachment:
        number = self.world.ids.make()
        return Attachment(
            number, name, len(data), kind, f"http://127.0.0.1:9/attachments/{number}", data, **more
        )

    def page(
        self,
        snapshot: Any = None,
        title: str = "Roundtable",
        marking: str = "rehearsal – simulated",
        venue: str = "Bangkok",
    ) -> str:
        views = [
            View(name, frozenset(map(str, self.standin.visible_channel_ids(one.id))))
            for name, one in (("A delegate", self.ana), ("A moderator", self.mo))
        ]
        written = json.loads(json.dumps(snapshot or self.standin.snapshot()))
        return render(written, views, title=title, marking=marking, now=self.at, zone=BANGKOK, venue=venue)

    def shown(self, n: int = 0) -> str:
        return read(self.page(), IN_PAGE, n).text


@pytest.fixture
def meeting() -> Meeting:
    return Meeting()


def test_a_view_shows_what_its_people_see_and_no_more(meeting: Meeting) -> None:
    thread = meeting.world.add_thread(meeting.closed, "whispers", meeting.mo)
    meeting.post("said in public")
    meeting.post(f"ask in <#{meeting.closed.id}>")
    meeting.post("said behind", meeting.closed)
    meeting.post("said aside", thread)
    meeting.post("said to nobody", meeting.nobody)
    delegate, moderator = meeting.shown(0), meeting.shown(1)
    for hidden in ("backroom", "whispers", "said behind", "said aside"):
        assert hidden in moderator and hidden not in delegate
    assert "said in public" in delegate and "said in public" in moderator
    assert "ask in #no access" in delegate and "ask in #backroom" in moderator
    style = read(meeting.page(), IN_PAGE).inner["style"]
    assert all(f"#view{n}:checked~.page .by:not(.v{n}){{display:none!important}}" in style for n in (0, 1))
    assert "crypt" not in meeting.page() and "said to nobody" not in meeting.page()


def test_a_private_thread_and_its_link_are_for_those_in_it(meeting: Meeting) -> None:
    message = meeting.post("the panel")
    thread = meeting.world.add_thread(meeting.public, "drafting", meeting.mo, id=message.id, type=12)
    message.thread_id = thread.id
    assert meeting.shown(1).count("drafting") == 3 and "private thread · 0 messages" in meeting.shown(1)
    assert "drafting" not in meeting.shown(0) and "the panel" in meeting.shown(0)


@pytest.mark.parametrize("mark", [{"ephemeral_for": "1"}, {"flags": 64}, {}])
def test_what_only_one_person_saw_is_left_out(meeting: Meeting, mark: Any) -> None:
    meeting.post("for Ana alone", ephemeral_for=meeting.ana.id, flags=64)
    meeting.post("perhaps private")
    snapshot = meeting.standin.snapshot()
    snapshot["messages"][str(meeting.public.id)][0] |= mark
    page = meeting.page(snapshot)
    assert "for Ana alone" not in page
    assert ("perhaps private" in page) is not bool(mark)


def test_of_a_message_who_when_and_what_became_of_it(meeting: Meeting) -> None:
    first = meeting.post("first", author=meeting.ana)
    answer = meeting.post("second", author=meeting.mo, type=19, reference={"message_id": str(first.id)})
    first.edited_timestamp = AT + timedelta(hours=20)
    meeting.post(f"<t:{NINE}:R>").edited_timestamp = AT + timedelta(minutes=5)
    meeting.post(type=6, reference={"message_id": str(answer.id)})
    meeting.post("told", type=20, interaction={"user": {"username": "Ana", "global_name": None}})
    meeting.post(flags=128)
    thread = meeting.world.add_thread(meeting.public, "talk", meeting.world.bot, id=first.id)
    first.thread_id = thread.id
    meeting.world.set_thread(thread, locked=True)
    shown = meeting.shown()
    for part in (
        "Wednesday 7 September 2022", "Ana Delegate", "09:00", "edited 8 September 2022, 05:00",
        "In reply to Ana",
        "roundtable bot", "5 minutes ago", "roundtable pinned a message.", "Answers a command of Ana",
        "still working on this answer", "talklocked thread · 0 messages",
        "Locked thread in #programme, under this message",
        "What is on", "seen by: A delegate and A moderator", "UTC+07:00", "As seen by: A delegate",
    ):  # fmt: skip
        assert part in shown, part


def test_every_component(meeting: Meeting) -> None:
    picture = meeting.file("map.png", b"\x89PNG", "image/png", description="A map")
    notes = meeting.file("notes.md", "# Käse <b>".encode(), "application/octet-stream")

    def text(said: str) -> Any:
        return {"type": 10, "content": said}

    styles = [{"type": 2, "style": n, "label": f"b{n}", "custom_id": f"b{n}"} for n in (1, 2, 3, 4)]
    menus = [{"type": 1, "components": [{"type": n, "custom_id": f"m{n}"}]} for n in (5, 6, 7, 8)]
    options = [
        {"label": "One", "value": "1", "default": True, "description": "the first"},
        {"label": "Two", "value": "2", "emoji": {"name": "✌"}},
    ]
    pick = {"type": 3, "custom_id": "m", "placeholder": "Pick", "options": options, "disabled": True}
    site = {"type": 2, "style": 5, "label": "Site", "url": "https://x.y"}
    bad = {"type": 2, "style": 5, "label": "Bad", "url": "javascript://x.y/%0aalert(1)"}
    off = {"type": 2, "style": 2, "label": "Off", "custom_id": "o", "disabled": True}
    again = {"media": {"url": "attachment://map.png"}, "description": "Again"}
    pictures = [again, {"media": {"url": "https://x.y/z.png"}}]
    parts = [
        text("## Head"), {"type": 14}, {"type": 14, "divider": False, "spacing": 2},
        {"type": 9, "components": [text("beside")], "accessory": {"type": 11, "media": {"url": "attachment://map.png"}}},
        {"type": 9, "components": [text("go")], "accessory": site},
        {"type": 1, "components": styles}, *menus,
        {"type": 1, "components": [pick]}, {"type": 12, "items": pictures},
        {"type": 13, "file": {"url": "attachment://notes.md"}},
        {"type": 1, "components": [bad, off]},
    ]  # fmt: skip
    meeting.post(
        components=[{"type": 17, "accent_color": 0x2F6F8F, "components": parts}, {"type": 77}],
        attachments=[picture, notes],
        flags=1 << 15,
    )
    reader = read(meeting.page(), IN_PAGE, 0)
    told = (
        "Head", "beside", "b1 (button, primary)", "b2 (button, secondary)", "b3 (button, success)",
        "b4 (button, danger)",
        "Site ↗", "Choose a person", "Choose a role", "Choose a person or role", "Choose a channel",
        "Pick disabled",
        "One chosenthe first", "✌ Two", "https://x.y/z.png", "notes.md", "# Käse <b>", "Bad (button, link)",
        "Off (button, secondary)disabled",
        "(a component of kind 77)",
    )  # fmt: skip
    for part in told:
        assert part in reader.text, part
    assert [given["alt"] for name, given in reader.tags if name == "img"] == ["A map", "Again"]
    assert any("panel accent a2f6f8f" in (given.get("class") or "") for _, given in reader.tags)
    assert ".a2f6f8f{border-inline-start-color:#2f6f8f}" in reader.inner["style"]
    assert [name for name, _ in reader.tags].count("hr") == 1


def test_embeds_and_files(meeting: Meeting) -> None:
    embed = {
        "title": "T [x](https://in.side)", "url": "https://x.y", "description": "*d*", "color": 0x14532D,
        "fields": [{"name": "F", "value": "**v**", "inline": True}], "footer": {"text": "foot"},
        "author": {"name": "By"}, "timestamp": AT.isoformat(),
        "image": {"url": "attachment://a.jpg"},
    }  # fmt: skip
    files = [
        meeting.file("a.jpg", b"x", "image/jpeg"),
        meeting.file("b.svg", b"<svg onload=x>", "image/svg+xml"),
        meeting.file("c.pdf", b"x" * 2048, "application/pdf"),
        meeting.file("big.png", b"x" * ((1 << 20) + 1), "image/png"),
    ]
    meeting.post(
        "classic",
        embeds=[embed],
        attachments=files,
        components=[{"type": 1, "components": [{"type": 2, "style": 1, "label": "Go", "custom_id": "g"}]}],
    )
    reader = read(meeting.page(), IN_PAGE, 0)
    for part in (
        "classic",
        "By",
        "d",
        "Fv",
        "foot 7 September 2022 09:00 Bangkok",
        "b.svg",
        "c.pdf · 2.0 KB",
        "big.png · 1.0 MB",
        "Go (button, primary)",
    ):
        assert part in reader.text, part
    assert [name for name, _ in reader.tags].count("img") == 1
    assert "127.0.0.1" not in meeting.page()


def test_events_have_a_page(meeting: Meeting) -> None:
    end = AT + timedelta(hours=20)
    event = ScheduledEvent(
        5, "Day 1", AT, end, 3, meeting.world.bot.id, "**Listen**", "Bangkok · https://x.y"
    )
    hidden = ScheduledEvent(7, "Seance", AT, None, 2, meeting.world.bot.id, channel_id=meeting.nobody.id)
    closed = ScheduledEvent(6, "Drill", AT, None, 2, meeting.world.bot.id, channel_id=meeting.closed.id)
    meeting.world.events |= {5: event, 6: closed, 7: hidden}
    shown = meeting.shown()
    assert "Day 1 scheduledWednesday 7 September 2022, 09:00–8 September 2022, 05:00 Bangkok" in shown
    assert "Seance" not in meeting.page()
    assert "Listen" in shown and "Drill" not in shown and "Drill" in meeting.shown(1)


def test_a_long_digest_is_there_to_its_last_line(meeting: Meeting) -> None:
    lines = [
        f"{hour:02}:00 (<t:{NINE + 3600 * hour}:t>) **Item {hour}** ประชุม 会議 {'x' * 90}"
        for hour in range(24)
    ]
    meeting.post(
        components=[{"type": 17, "components": [{"type": 10, "content": "\n".join(lines)[:4000]}]}],
        flags=1 << 15,
    )
    for _ in range(200):
        meeting.post("\n".join(lines)[:2000])
    before = time.perf_counter()
    shown = meeting.shown()
    assert time.perf_counter() - before < 5
    assert "23:00 (08:00 Bangkok) Item 23 ประชุม 会議" in shown and shown.count("Item 0 ") == 201


@pytest.mark.parametrize("nasty", NASTY)
def test_hostile_texts_in_every_place(nasty: str, meeting: Meeting) -> None:
    world, short = meeting.world, nasty[:40]
    meeting.ana.user.name = meeting.public.name = meeting.public.topic = meeting.staff.name = nasty
    world.bot.user.name = nasty
    world.add_channel(nasty, type=4)
    meeting.public.parent_id = world.channel_named(nasty).id  # type: ignore[union-attr]
    files = [
        meeting.file(nasty, b"<b>", nasty, description=nasty),
        meeting.file(nasty + ".txt", nasty.encode("utf-8", "replace"), "text/plain"),
    ]
    embed = {
        **dict.fromkeys(("title", "url", "description"), nasty), "author": {"name": nasty},
        "fields": [{"name": nasty, "value": nasty}], "footer": {"text": nasty}, "image": {"url": nasty},
    }  # fmt: skip
    message = meeting.post(nasty, author=meeting.ana, attachments=files, embeds=[embed])
    option = {"label": nasty, "value": "1", "description": nasty, "emoji": {"name": nasty, "id": "1"}}
    meeting.post(
        components=[
            {"type": 10, "content": nasty},
            {
                "type": 1,
                "components": [
                    {"type": 2, "style": 5, "label": nasty, "url": nasty},
                    {"type": 3, "custom_id": "c", "placeholder": nasty, "options": [option]},
                ],
            },
            {"type": 12, "items": [{"media": {"url": nasty}, "description": nasty}]},
        ]
    )
    message.thread_id = world.add_thread(meeting.public, nasty, meeting.ana, id=message.id).id
    world.events[5] = ScheduledEvent(5, nasty, AT, AT, 3, meeting.ana.id, nasty, nasty)
    page = meeting.page(title=nasty, marking=short, venue=nasty)
    reader = read(page, IN_PAGE)
    page.encode()
    assert (
        [name for name, _ in reader.tags].count("script")
        == 1
        == [name for name, _ in reader.tags].count("style")
    )
    assert not [name for name, _ in reader.tags if name == "img"]
    assert len({given["id"] for _, given in reader.tags if "id" in given}) == sum(
        "id" in given for _, given in reader.tags
    )


def test_the_policy_names_this_script_and_style_and_nothing_else(meeting: Meeting) -> None:
    reader = read(meeting.page(), IN_PAGE)
    policy = next(given["content"] for name, given in reader.tags if "http-equiv" in given) or ""
    for kind in ("script", "style"):
        digest = base64.b64encode(hashlib.sha256(reader.inner[kind].encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; img-src data:;")
    assert not re.search(r"url\(|@import|https?:", reader.inner["style"])


def test_header_and_need_of_a_view(meeting: Meeting) -> None:
    shown = meeting.shown()
    assert "rehearsal – simulated" in shown and "written Wednesday 7 September 2022, 09:00" in shown
    assert meeting.page() == meeting.page()
    with pytest.raises(ValueError, match="at least one view"):
        render(meeting.standin.snapshot(), [], title="", marking="", now=AT, zone=BANGKOK, venue="")


PAIRS = [
    *((text, ground) for text in ("text", "muted", "link") for ground in ("page", "sheet", "soft")),
    ("on-chosen", "chosen"), ("on-named", "named"), ("on-mark", "mark"), ("on-face", "machine"),
    ("on-face", "person"), ("on-button", "good"), ("on-button", "bad"),
]  # fmt: skip


@pytest.mark.parametrize("dark", [False, True])
def test_every_text_has_contrast(dark: bool) -> None:
    css = (Path(rehearsal.__file__).with_name("transcript.css")).read_text("utf-8")
    colours: dict[str, str] = dict(
        re.findall(r"--([\w-]+): (#\w{6})", css.split(":root {")[2 if dark else 1])
    )

    def light(name: str) -> float:
        parts = [int(colours[name][n : n + 2], 16) / 255 for n in (1, 3, 5)]
        red, green, blue = [
            one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts
        ]
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for text, ground in PAIRS:
        high, low = sorted((light(text), light(ground)), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 7, (text, ground, (high + 0.05) / (low + 0.05))
