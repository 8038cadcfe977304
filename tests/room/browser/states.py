"""States of the room's pages, with the longest contents there can be, and with hostile ones."""

from copy import deepcopy
from typing import Any

Json = dict[str, Any]

NOW = 1_793_000_000_000
MINUTE = 60_000
NAME = (
    "The Transitional Federated Administration of the Northern Archipelagos and Associated Territories, ไทย"
)
SHORT = "Northern Archipelagos, القطاع الأوسط, 東方諸島"[:45]
OPTION = (
    "International obligations and their implementation in national law, including penalties that "
    "deter, and the protection of those who were smuggled and testify"
)[:150]
QUESTION = (
    "Which of the following areas of work, in the view of your delegation, should be taken up first in the "
    "coming two years, taking into account the resources that are likely to be available, the experience of "
    "others, and what has been said on the guiding questions in the sessions of the first day so far today?"
)[:300]
HOSTILE = '<img src=x onerror="window.caught=1"><script>window.caught=1</script>\u202e&amp;{n}'


def item(**changed: Any) -> Json:
    return {
        "title": "Question 1: decisive factors",
        "kind": "session",
        "state": "running",
        "state_text": "now",
        "begins": NOW - 20 * MINUTE,
        "ends": NOW + 40 * MINUTE,
        "times_text": "10:30–11:30",
        "mode_text": "hybrid",
        "over_s": 0,
    } | changed


def screen(layout: str, **given: Any) -> Json:
    empty = dict.fromkeys(("speaker", "list", "poll", "result", "agenda", "message", "held_at", "note_text"))
    return {
        "seq": NOW + 41,
        "now": NOW,
        "layout": layout,
        "marking": "REHEARSAL – SIMULATED",
        "meeting": {
            "title": "Regional Roundtable on a Subject of Some Length",
            "venue": "Bangkok",
            "offset_min": 420,
        },
        "item": item(),
        "next": {"title": "Coffee break", "kind": "break", "begins": NOW + 40 * MINUTE, "at_text": "11:30"},
        "join": {
            "url": "https://room.example.org/seat",
            "qr": "/room/qr.svg",
            "text": "Take part: scan this, or open room.example.org/seat, and enter the code on your sheet.",
        },
        **empty,
        **given,
    }


def speaker(**changed: Any) -> Json:
    return {
        "name": "Aruna",
        "short_name": "Aruna",
        "side": "room",
        "side_text": "in the room",
        "kind": "statement",
        "kind_text": None,
        "person": None,
        "subject": None,
        "limit_s": 180,
        "spent_s": 75.0,
        "running": True,
        "until": NOW + 105_000,
        "paused_text": None,
        "interrupted_text": None,
        "limit_text": "3 min",
    } | changed


def waiting(rows: int, name: str = "Borea") -> Json:
    return {
        "state": "open",
        "state_text": "The list is open, for now until 11:25.",
        "rows": [
            {
                "inscription_id": 100 + n,
                "place": n + 1,
                "name": name,
                "short_name": name[:45],
                "side": "virtual" if n % 2 else "room",
                "side_text": "online" if n % 2 else "in the room",
                "kind": "statement",
                "kind_text": None if n % 3 else "statement on behalf of a group",
                "note_text": "not now" if n == 1 else None,
            }
            for n in range(rows)
        ],
        "waiting": rows + 4,
        "waiting_text": f"{rows + 4} wait, heard by about 11:20.",
        "unfit_text": "2 will not fit before 11:30.",
        "more_text": "… and 4 more",
        "replies_text": None,
        "policy_text": "Order: members, member organisations, observers; in each who has not spoken yet.",
    }


def poll(options: int, text: str = "Legislation", question: str = "Which first?", **changed: Any) -> Json:
    return {
        "poll_id": "p1",
        "head_text": "Indicative poll",
        "question": question,
        "round_text": "Round 2",
        "kind": "single",
        "how_text": "Choose one.",
        "options": [{"n": n + 1, "text": text} for n in range(options)],
        "closes": NOW + 15 * MINUTE,
        "closes_text": "Open until 11:15",
        "turnout": [
            {"tally": one, "name_text": name, "answered": n, "of": of, "text": f"{n} of {of} {name}"}
            for one, name, n, of in (
                ("members", "member delegations", 12, 45),
                ("organisations", "member organisations", 2, 4),
                ("observers", "observer delegations", 23, 26),
            )
        ],
        "unit_text": "One ballot per delegation; any of its people can cast it.",
        "secrecy_text": "You can change the answer until the closing; the record knows whose it is.",
        "shows_text": "Results show after the closing.",
        "foot_text": "Indicative: nothing is decided by this poll.",
        "here_text": None,
    } | changed


def result(
    options: int, text: str = "Legislation", question: str = "Which first?", *, earlier: bool = False
) -> Json:
    def bars() -> list[Json]:
        return [
            {
                "n": n + 1,
                "text": text,
                "value_text": f"{n} of 41 · {n * 2} %",
                "short_text": f"{n * 2} %",
                "bar": n * 2.0,
                "detail_text": None,
                "earlier": {"value_text": f"earlier: {n} of 39 ({n * 2} %)", "bar": n * 2.0}
                if earlier
                else None,
                "levels": None,
                "abstention": False,
            }
            for n in range(options)
        ]

    names = ("Member delegations", "Member organisations", "Observer delegations")
    return {
        "poll_id": "p1",
        "head_text": "Result of the indicative poll",
        "question": question,
        "round_text": None,
        "kind": "single",
        "closed_text": "Closed at 11:15",
        "unit_text": "One ballot per delegation.",
        "legend_text": "Per cents and bars are of all who answered, abstentions included.",
        "foot_text": "Indicative: nothing is decided. The groups are never added up.",
        "tallies": [
            {
                "tally": name,
                "name_text": name,
                "base_text": "41 of 45 answered, 2 of them abstained",
                "suppressed": False,
                "compare_text": "Compared with the earlier round: 39 of 45 answered then."
                if earlier
                else None,
                "bars": bars(),
                "groups": [],
            }
            for name in names[:2]
        ]
        + [
            {
                "tally": "observers",
                "name_text": names[2],
                "base_text": "3 of 9 answered. Fewer than 5 answers to a secret poll are not shown.",
                "suppressed": True,
                "compare_text": None,
                "bars": [],
                "groups": [],
            }
        ],
        "hand_counts": [],
    }


def day(rows: int, title: str = "Priorities for the region") -> Json:
    states = ["ended"] * (rows // 2) + ["running"] + ["planned"] * rows
    said = {"ended": "ended", "running": "now", "planned": ""}
    return {
        "day_text": "Day 1 – Tuesday 8 September",
        "rows": [
            {
                "title": title,
                "times_text": f"{9 + n // 3:02}:{n % 3 * 20:02}–{9 + (n + 1) // 3:02}:{(n + 1) % 3 * 20:02}",
                "state": states[n],
                "state_text": said[states[n]],
                "kind": "session",
                "mode_text": None,
            }
            for n in range(rows)
        ],
        "more_text": None,
    }


def message(text: str) -> Json:
    return {"text": text, "lines": text.splitlines()}


LONG_TITLE = "Exchange of views on priorities, on the means to reach them, and on who could do what by when"
LONGEST: dict[str, Json] = {
    "agenda": screen("agenda", agenda=day(25, LONG_TITLE), item=item(title=LONG_TITLE)),
    "speaker": screen(
        "speaker",
        speaker=speaker(
            name=NAME[:100],
            side="virtual",
            side_text="online",
            kind_text=f"on behalf of the {NAME[:92]}",
            person="The Honourable A. Person-Longname, Minister for Interregional Affairs and Coordination"[
                :100
            ],
            subject=OPTION,
            until=NOW - 4000_000,
        ),
        list=waiting(5, SHORT),
        item=item(title=LONG_TITLE),
        note_text="Held at 10:31",
    ),
    "list": screen("list", list=waiting(12, SHORT)),
    "poll": screen("poll", poll=poll(25, OPTION, QUESTION)),
    "result": screen("result", result=result(25, OPTION, QUESTION, earlier=True)),
    "break": screen(
        "break",
        item=item(title=LONG_TITLE, kind="break", ends=NOW + 90 * MINUTE),
        next={"title": LONG_TITLE, "kind": "session", "begins": NOW, "at_text": "12:00"},
    ),
    "message": screen(
        "message", message=message("\n".join(["Coats are in room 3, and the bus leaves at six."] * 6)[:300])
    ),
    "blank": screen("blank"),
}
"""One state per layout, as full as can be."""

USUAL: dict[str, Json] = {
    "agenda": screen("agenda", agenda=day(9)),
    "speaker": screen("speaker", speaker=speaker(), list=waiting(5)),
    "list": screen("list", list=waiting(4)),
    "poll": screen("poll", poll=poll(4)),
    "result": screen("result", result=result(4)),
    "break": screen("break", item=item(title="Coffee break", kind="break")),
    "message": screen("message", message=message("Thank you")),
    "blank": screen("blank"),
}


def button(name: str, label: str, act: str, **changed: Any) -> Json:
    return {
        "id": name,
        "label": label,
        "act": act,
        "args": {},
        "style": "plain",
        "key": None,
        "confirm": None,
        "ask": None,
        "preview": None,
    } | changed


def desk(**changed: Any) -> Json:
    listed = waiting(3)
    rows = [
        row
        | {
            "since_text": "10:12",
            "buttons": [button("withdraw", "Withdraw", "speakers.withdraw", confirm="Take it off?")],
        }
        for row in listed["rows"]
    ]
    show = button(
        "message",
        "Message…",
        "room.show",
        args={"show": "message"},
        ask=[{"name": "text", "label": "Text", "hint": None, "kind": "long", "max": 300}],
        preview={"show": "message", "poll_id": None},
    )
    return deepcopy(
        {
            "seq": NOW + 50,
            "now": NOW,
            "marking": "REHEARSAL – SIMULATED",
            "meeting": screen("blank")["meeting"],
            "operator": "Ms Operator",
            "troubles": [],
            "agenda": {
                "item": item(),
                "next": None,
                "lines": [],
                "buttons": [button("end", "End item", "agenda.end", confirm="End it?")],
            },
            "screen": {
                "mode": "follow",
                "mode_text": "Follows the meeting",
                "since_text": "since 10:31",
                "buttons": [show],
                "shown": USUAL["speaker"],
            },
            "speakers": {
                **listed,
                "item_id": "d1-04",
                "title": "Priorities",
                "state_text": "The list is open.",
                "speaker": speaker(),
                "rows": rows,
                "lines": ["Room: 3 heard, 5 waiting"],
                "kinds": [
                    {"kind": "statement", "text": "statement", "fields": []},
                    {
                        "kind": "group",
                        "text": "statement on behalf of a group",
                        "fields": [
                            {
                                "name": "group",
                                "label": "On behalf of",
                                "hint": None,
                                "kind": "text",
                                "required": True,
                                "max": 100,
                            }
                        ],
                    },
                ],
                "buttons": [
                    button(
                        "next",
                        "Next: Borea",
                        "speakers.call_next",
                        args={"expected": [1]},
                        style="primary",
                        key="n",
                    )
                ],
            },
            "polls": [],
            "delegations": [
                {
                    "delegation_id": f"d{n}",
                    "name": name,
                    "short_name": name[:45],
                    "category_text": "Members",
                    "tally": "members",
                    "presence_text": "nobody yet",
                    "waiting": [],
                    "answered": [],
                    "seats": [
                        {
                            "seat_id": f"d{n}-1",
                            "number": 1,
                            "function_text": "head of delegation",
                            "presence": "room",
                            "presence_text": "in the room",
                            "taken": True,
                            "note_text": None,
                        }
                    ],
                }
                for n, name in enumerate(("Aruna", "Borea", "Côte Verte", NAME[:100]))
            ],
            "reports": [],
            "reports_text": None,
        }
        | changed
    )


def form(kind: str, options: int = 4, **changed: Any) -> Json:
    return {
        "poll_id": "p1",
        "kind": kind,
        "how_text": "Answer like this.",
        "options": [{"index": n, "text": f"Option {n + 1}"} for n in range(options)],
        "most": {"single": 1, "approval": 2, "ranking": 3, "points": 10, "score": 1}[kind],
        "cap": 6 if kind == "points" else 0,
        "levels": ["low", "middle", "high"] if kind == "score" else [],
        "abstaining": True,
        "abstain_label": "Abstain",
        "secrecy_text": "It can be changed until the closing.",
        "final": False,
    } | changed


def seat(**changed: Any) -> Json:
    asked = poll(4)
    code = {"name": "code", "label": "The code you were given", "hint": "", "kind": "text", "max": 40}
    ballots = [
        {
            **asked,
            "poll_id": f"p-{kind}",
            "state": "open",
            "state_text": "Open until 11:15",
            "turnout_text": "12 of 45 answered.",
            "ballot": form(kind, poll_id=f"p-{kind}"),
            "cannot_text": None,
            "mine_text": None,
            "confirm_text": None,
            "result": None,
        }
        for kind in ("single", "approval", "ranking", "points", "score")
    ]
    return deepcopy(
        {
            "seq": NOW + 60,
            "now": NOW,
            "marking": "REHEARSAL – SIMULATED",
            "meeting": screen("blank")["meeting"],
            "item": item(),
            "next": None,
            "seat": {
                "delegation": "Aruna",
                "short_name": "Aruna",
                "function_text": "head of delegation",
                "presence": "unknown",
                "presence_text": "not known yet",
                "ask_presence": True,
                "presence_buttons": [
                    button("room", "I am in the room", "delegations.say_presence", args={"presence": "room"})
                ],
                "left_text": None,
                "hear_button": None,
            },
            "floor": {
                "item_id": "d1-04",
                "title": "Priorities",
                "state": "open",
                "state_text": "The list is open.",
                "speaker": speaker(),
                "waiting_text": "9 wait.",
                "rows": [row | {"mine": row["place"] == 2} for row in waiting(3)["rows"]],
                "mine": [],
                "ask": button("ask", "Ask for the floor", "speakers.ask", style="primary"),
                "kinds": [
                    {
                        "kind": "statement",
                        "text": "statement",
                        "fields": [
                            {"name": "subject", "label": "Subject", "hint": None, "kind": "text", "max": 100}
                        ],
                    },
                    {
                        "kind": "group",
                        "text": "statement on behalf of a group",
                        "fields": [
                            {
                                "name": "group",
                                "label": "On behalf of",
                                "hint": None,
                                "kind": "text",
                                "max": 100,
                            }
                        ],
                    },
                ],
                "associate": None,
                "write": None,
            },
            "polls": ballots,
            "contribute": [
                {
                    "question_id": "q1",
                    "title": "Priorities",
                    "text": "What first?",
                    "parts": [{"part_id": "a", "text": "At home"}],
                    "until_text": "Until Friday.",
                    "open": True,
                    "kinds": [{"kind": "suggestion", "text": "suggestion", "hint": "what could be done"}],
                    "attributions": [
                        {"attribution": "delegation", "text": "My delegation", "hint": None},
                        {"attribution": "none", "text": "Without a name", "hint": "nobody sees whose it is"},
                    ],
                    "warning_text": "No names or details of persons, please.",
                    "max": 2000,
                    "mine": [],
                }
            ],
            "by_code": button("by-code", "Withdraw by code…", "discussions.withdraw_by_code", ask=[code]),
            "leave_label": "Leave this page on this device",
        }
        | changed
    )
