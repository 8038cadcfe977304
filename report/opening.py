"""The first sections: what was held, and who took part."""

from report.document import Draft, tidy
from report.record import Json
from report.said import Wording


def introduction(draft: Draft, record: Json, said: Wording) -> None:
    """What was held, where and when, and what this text is."""
    say, meeting = said.say, record["meeting"]
    held = [item for item in said.items.values() if item["kind"] == "session" and item["started_at"]]
    hybrid = sum(item["mode"] == "hybrid" for item in held)
    draft.paragraph(
        say(
            "report.intro.held",
            title=meeting["title"],
            venue=said.venue,
            dates=said.dates(),
            hybrid=hybrid,
            in_person=len(held) - hybrid,
            n=len(held),
        )
    )
    if tidy(meeting["about"]):
        draft.paragraph(meeting["about"])
    if not meeting["over"]:
        draft.paragraph(say("report.intro.in_course"))
    draft.paragraph(say("report.intro.what"))
    draft.paragraph(say(f"report.intro.{record['variant']}"))
    draft.table(
        say("report.intro.programme"),
        [say(f"report.columns.{key}") for key in ("day", "item", "chair", "mode", "held")],
        [
            [
                said.date(day["date"]),
                item["title"],
                item["chair"] or "–",
                say(f"report.modes.{item['mode']}"),
                _held(item, said),
            ]
            for day in meeting["days"]
            for item in day["items"]
            if item["kind"] == "session"
        ],
        *(3, 6, 4, 2, 2),
    )


def _held(item: Json, said: Wording) -> str:
    if item["state"] != "ended":
        return said.say(f"report.states.{item['state']}")
    begun, ended = (said.moment(item[key]).rsplit(", ", 1)[1] for key in ("started_at", "ended_at"))
    return said.say("report.between", begun=begun.split(" ")[0], ended=ended.split(" ")[0])


def participation(draft: Draft, record: Json, said: Wording) -> None:
    """Delegations and people, by category; where they were, by day."""
    say, found = said.say, record["participation"]
    lines = found["categories"]
    people = sum(sum(line["people"].values()) for line in lines)
    seated = sum(line["seated"] for line in lines)
    draft.paragraph(
        say("report.participation.lead", n=len(found["delegations"]), seated=seated, people=people)
    )
    sides = ("room", "virtual", "unknown", "left")
    draft.table(
        say("report.participation.caption"),
        [say(f"report.columns.{key}") for key in ("category", "delegations", "seated", "people", *sides)],
        [
            [
                said.category(line["category"]),
                line["delegations"],
                line["seated"],
                sum(line["people"].values()),
                *(line["people"][side] for side in sides),
            ]
            for line in lines
        ],
        *(5, 3, 3, 2, 2, 2, 2, 2),
    )
    draft.note(say("report.participation.apart"))
    draft.paragraph(say("report.participation.by_day"))
    draft.table(
        say("report.participation.days"),
        [say(f"report.columns.{key}") for key in ("day", "delegations", "room", "virtual")],
        [
            [
                said.say(
                    "report.day", title=said.days[one["day_id"]]["title"], date=said.date(_day(one, said))
                ),
                one["delegations"],
                one["people"]["room"],
                one["people"]["virtual"],
            ]
            for one in found["days"]
        ],
        3,
    )


def _day(one: Json, said: Wording) -> str:
    return str(said.days[one["day_id"]]["date"])
