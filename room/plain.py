"""Pages for a browser without JavaScript: the same state as text, and a seat's acts as plain HTML forms.

Everything is escaped here; what people wrote stays text.
"""

import html
import json
from collections.abc import Iterator

from room.wording import Json, Words


def fragment(page: str, words: Words, state: str, nonce: str, sentence: str = "") -> str:
    """A page's content as HTML, from its state in JSON. `nonce` names the presses of this sending, `sentence`
    is what came of the last."""
    shown: Json = json.loads(state)
    made = {"screen": _screen, "desk": _desk, "seat": _seat}[page](words, shown, nonce)
    said = [_p(line, "said") for line in sentence.splitlines()]
    return "\n".join([*said, *made])


def _p(text: object, kind: str = "") -> str:
    mark = f' class="{kind}"' if kind else ""
    return f"<p{mark}>{html.escape(str(text))}</p>"


def _lines(*texts: object) -> Iterator[str]:
    for text in texts:
        if text:
            yield _p(text)


def _h(level: int, text: object) -> str:
    return f"<h{level}>{html.escape(str(text))}</h{level}>"


def _list(rows: list[str]) -> str:
    return "<ul>" + "".join(f"<li>{html.escape(row)}</li>" for row in rows) + "</ul>" if rows else ""


def _now_next(words: Words, shown: Json) -> Iterator[str]:
    yield from _lines(shown.get("marking"))
    item, following = shown.get("item"), shown.get("next")
    if item:
        yield _h(2, words.say("room.plain.now", title=item["title"], times=item["times_text"]))
    if following:
        yield _p(words.say("room.plain.next", title=following["title"], at=following["at_text"]))


def _speaker(words: Words, speaker: Json | None) -> Iterator[str]:
    if speaker is None:
        return
    name, side, limit = speaker["name"], speaker["side_text"], speaker["limit_text"]
    yield _h(2, words.say("room.plain.speaks", delegation=name, side=side, limit=limit))
    yield from _lines(*(speaker[key] for key in ("kind_text", "person", "subject", "paused_text")))


def _rows(rows: list[Json]) -> str:
    said = []
    for row in rows:
        parts = [f"{row['place']}. {row['name']}", row["side_text"], row["kind_text"], row["note_text"]]
        said.append(" · ".join(part for part in parts if part))
    return _list(said)


def _result(result: Json) -> Iterator[str]:
    yield _h(2, f"{result['head_text']}: {result['question']}")
    yield from _lines(result["round_text"], result["closed_text"])
    for part in [*result["tallies"], *result["hand_counts"]]:
        yield _h(3, part["name_text"])
        yield from _lines(part["base_text"], part.get("compare_text"))
        yield _list([_bar(bar) for bar in part["bars"]])
        for group in part.get("groups", []):
            yield _h(4, f"{group['name_text']}: {group['base_text']}")
            yield _list([_bar(bar) for bar in group["bars"]])
    yield from _lines(result["legend_text"], result["unit_text"], result["foot_text"])


def _bar(bar: Json) -> str:
    earlier = bar["earlier"]["value_text"] if bar["earlier"] else None
    said = [bar["value_text"], bar["detail_text"], earlier]
    return f"{bar['text']}: " + "; ".join(part for part in said if part)


def _screen(words: Words, shown: Json, _: str) -> Iterator[str]:
    if shown["layout"] == "blank":
        return
    yield _h(1, shown["meeting"]["title"])
    yield from _lines(shown["note_text"])
    if shown["message"]:
        yield from _lines(*shown["message"]["lines"])
    yield from _now_next(words, shown)
    yield from _speaker(words, shown["speaker"])
    if shown["list"]:
        listed = shown["list"]
        yield from _lines(listed["state_text"], listed["waiting_text"], listed["unfit_text"])
        yield _rows(listed["rows"])
    poll = shown["poll"]
    if poll:
        yield _h(2, f"{poll['head_text']}: {poll['question']}")
        yield from _lines(poll["round_text"], poll["how_text"], poll["closes_text"])
        yield _list([f"{option['n']}. {option['text']}" for option in poll["options"]])
        yield from _lines(*(one["text"] for one in poll["turnout"]), poll["secrecy_text"], poll["foot_text"])
    if shown["result"]:
        yield from _result(shown["result"])
    if shown["agenda"]:
        yield _h(2, shown["agenda"]["day_text"])
        rows = shown["agenda"]["rows"]
        yield _list([f"{row['times_text']} {row['title']} {row['state_text']}".strip() for row in rows])
    if shown["join"]:
        yield _p(shown["join"]["text"])


def _desk(words: Words, shown: Json, _: str) -> Iterator[str]:
    yield _h(1, shown["meeting"]["title"])
    yield _p(words.say("room.plain.desk"))
    yield from _now_next(words, shown)
    speakers = shown["speakers"]
    if speakers:
        yield from _speaker(words, speakers["speaker"])
        yield from _lines(speakers["state_text"], speakers["waiting_text"])
        yield _rows(speakers["rows"])
    for poll in shown["polls"]:
        yield from _lines(f"{poll['question']}: {poll['state_text']}", poll["turnout_text"])


# A seat's page: forms that work by themselves


def _seat(words: Words, shown: Json, nonce: str) -> Iterator[str]:
    seat = shown["seat"]
    forms = _Forms(words, nonce)
    yield _h(1, seat["delegation"])
    yield f'<p><a href="/seat">{html.escape(words.say("room.plain.again"))}</a></p>'
    yield from _lines(seat["function_text"], seat["presence_text"], seat["left_text"])
    for one in seat["presence_buttons"]:
        yield forms.button(one)
    yield from _now_next(words, shown)
    yield from _floor(words, shown["floor"], forms)
    for poll in shown["polls"]:
        yield from _poll(words, poll, forms)
    for question in shown["contribute"]:
        if question["current"] and question["open"]:
            yield from _contribute(words, question, forms)
    yield forms.button(shown["by_code"])
    yield forms.button(seat["hear_button"])
    yield (
        '<form method="post" action="/seat/leave"><button>'
        f"{html.escape(shown['leave_label'])}</button></form>"
    )


def _floor(words: Words, floor: Json | None, forms: "_Forms") -> Iterator[str]:
    if floor is None:
        return
    yield _h(2, words.say("room.plain.floor", title=floor["title"]))
    yield from _speaker(words, floor["speaker"])
    yield from _lines(floor["state_text"], floor["waiting_text"])
    yield _rows(floor["rows"])
    for one in floor["mine"]:
        yield from _lines(one["text"], one["why_text"])
        yield from (forms.button(each) for each in one["buttons"])
    for each in (floor["ask"], floor["associate"], floor["write"]):
        if each:
            yield forms.button(each)
    if floor["kinds"]:
        options = "".join(_option(kind["kind"], kind["text"]) for kind in floor["kinds"])
        fields = {one["name"]: one for kind in floor["kinds"] for one in kind["fields"]}
        inside = f'<select name="kind">{options}</select>' + "".join(map(forms.field, fields.values()))
        ask = words.say("room.plain.ask")
        yield forms.form("speakers.ask", {"item_id": floor["item_id"]}, inside, ask)


def _poll(words: Words, poll: Json, forms: "_Forms") -> Iterator[str]:
    yield _h(2, f"{poll['head_text']}: {poll['question']}")
    yield from _lines(poll["round_text"], poll["state_text"], poll["turnout_text"], poll["cannot_text"])
    yield from _lines(poll["mine_text"], poll["unit_text"], poll["shows_text"])
    ballot = poll["ballot"]
    if ballot:
        yield from _lines(ballot["how_text"], ballot["secrecy_text"], poll["confirm_text"])
        inside, sure = "".join(_ballot(words, ballot)), ""
        if ballot["final"]:
            label = html.escape(words.say("room.plain.sure"))
            sure = f'<p><label><input type="checkbox" name="sure" required> {label}</label></p>'
        send, hidden = words.say("room.plain.send"), {"poll_id": poll["poll_id"]}
        yield forms.form("ballots.cast", hidden, inside + sure, send)
        if ballot["abstaining"]:
            yield forms.form("ballots.cast", hidden | {"abstain": "1"}, sure, ballot["abstain_label"])
    if poll["result"]:
        yield from _result(poll["result"])


def _ballot(words: Words, ballot: Json) -> Iterator[str]:
    options, kind = ballot["options"], ballot["kind"]
    if kind in ("single", "approval"):
        box = "radio" if kind == "single" else "checkbox"
        for one in options:
            text = html.escape(one["text"])
            yield (f'<p><label><input type="{box}" name="choice" value="{one["index"]}"> {text}</label></p>')
    elif kind == "ranking":
        choices = _option("", "–") + "".join(_option(one["index"], one["text"]) for one in options)
        for place in range(1, ballot["most"] + 1):
            label = html.escape(words.say("room.plain.place", n=place))
            yield f'<p><label>{label} <select name="place-{place}">{choices}</select></label></p>'
    elif kind == "points":
        for one in options:
            name, text = f"dots-{one['index']}", html.escape(one["text"])
            size = f'min="0" max="{ballot["cap"]}" value="0"'
            yield f'<p><label>{text} <input type="number" name="{name}" {size}></label></p>'
    else:
        levels = _option("", "–") + "".join(_option(n, text) for n, text in enumerate(ballot["levels"]))
        for one in options:
            name, text = f"level-{one['index']}", html.escape(one["text"])
            yield f'<p><label>{text} <select name="{name}">{levels}</select></label></p>'


def _contribute(words: Words, question: Json, forms: "_Forms") -> Iterator[str]:
    yield _h(2, question["title"])
    yield from _lines(question["text"], question["until_text"], question["warning_text"])
    inside = ""
    for name, rows, key in (
        ("part_id", question["parts"], "part_id"),
        ("kind", question["kinds"], "kind"),
        ("attribution", question["attributions"], "attribution"),
    ):
        options = "".join(_option(row[key], row["text"]) for row in rows)
        inside += f'<p><select name="{name}">{options}</select></p>'
    label = words.say("discussions.form.text")
    inside += forms.field({"name": "text", "label": label, "kind": "long", "max": question["max"]})
    yield forms.form(
        "discussions.contribute",
        {"question_id": question["question_id"]},
        inside,
        words.say("room.plain.send"),
    )


def _option(value: object, text: object) -> str:
    return f'<option value="{html.escape(str(value))}">{html.escape(str(text))}</option>'


class _Forms:
    """Forms of one sending; each press has a name of its own."""

    def __init__(self, words: Words, nonce: str) -> None:
        self._words = words
        self._nonce = nonce
        self._made = 0

    def form(self, act: str, hidden: Json, inside: str, label: str) -> str:
        """A form that does one act."""
        self._made += 1
        values = {"act": act, "nonce": f"{self._nonce}-{self._made}", **hidden}
        fields = "".join(
            f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(str(value))}">'
            for name, value in values.items()
        )
        button = f"<button>{html.escape(label)}</button>"
        return f'<form method="post" action="/seat/act">{fields}{inside}{button}</form>'

    def button(self, one: Json) -> str:
        """A button with what it asks for."""
        inside = "".join(map(self.field, one["ask"] or []))
        return self.form(one["act"], one["args"], inside, one["label"])

    def field(self, one: Json) -> str:
        """A field to fill in."""
        label, name = html.escape(one["label"]), html.escape(one["name"])
        size = f'name="{name}" maxlength="{one["max"]}"'
        inside = f"<input {size}>"
        if one["kind"] == "long":
            inside = f'<textarea {size} rows="4"></textarea>'
        return f"<p><label>{label} {inside}</label></p>"
