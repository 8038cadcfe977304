"""The largest programme that is accepted, in the worst signs: nothing is too large for Discord."""

import pytest

from tests.stage import Stage, at


def largest(sign: str) -> str:
    """Twenty items on a day, three with a question of five parts, every text as long as it may be."""

    def text(length: int) -> str:
        return (sign * length)[:length]

    def item(day: str, n: int) -> str:
        begins, ends = (f"{8 + m // 4:02}:{m % 4 * 15:02}" for m in (n, n + 1))
        parts = "".join(f"\n            - {{id: {day}q{n}p{m}, text: '{text(300)}'}}" for m in range(5))
        return (
            f"      - id: {day}i{n}\n        kind: session\n"
            f"        starts: '{begins}'\n        ends: '{ends}'\n"
            f"        title: '{text(100)}'\n        chair: '{text(100)}'\n        illustrative: yes\n"
            f"        mode: {'hybrid' if n % 2 else 'in_person'}\n"
        ) + (
            f"        question:\n          id: {day}q{n}\n"
            f"          title: '{text(100)}'\n          text: '{text(1500)}'\n          parts:{parts}\n"
            if n < 3
            else ""
        )

    days = "".join(
        f"  - id: {day}\n    title: '{text(100)}'\n    date: 2022-09-{date}\n"
        f"    join_url: https://a.example/{'x' * 480}\n    items:\n"
        + "".join(item(day, n) for n in range(20 if day == "a" else 1))
        for day, date in (("a", "07"), ("b", "08"))
    )
    return (
        f"title: '{text(200)}'\nabout: |\n  {text(200)}\n  {text(200)}\n  {text(200)}\n"
        f"time_zone: Asia/Bangkok\nvenue: '{text(30)}'\n"
        f"days:\n{days}"
    )


@pytest.mark.parametrize("sign", ["ä", "*_"])
async def test_the_largest_programme_hangs_and_runs(stage: Stage, sign: str) -> None:
    stage.programme.write_text(largest(sign), "utf-8")
    stage.environ["ROUNDTABLE_MARKING"] = (sign * 60)[:60]
    await stage.run()
    await stage.set_up()
    await stage.later(minutes=2)
    assert len(stage.messages("questions")) == 4
    assert len(stage.messages("programme")) == 2
    mona = stage.moderator
    for path in ("agenda show", "meeting status", "help", "programme now", "programme calendar"):
        reply = await mona.command(path)
        assert reply.kind == "message" and reply.ephemeral, path
    await stage.leap(at(7, 31))
    assert any(" · opening" in m.content for m in stage.messages("programme"))
    preview = await mona.command("agenda shift", item="ai1", minutes=100)
    assert preview.buttons == ["Yes, do it", "No"]
    assert "is now planned for" in (await mona.press(preview, "Yes, do it")).text
    await mona.command("agenda start", item="ai2")
    await stage.later(minutes=1)
    assert len(stage.world.threads) == 1
    assert "**Now:**" in (await mona.press(stage.operator, "How do things stand?")).text
    await stage.later(minutes=3)
    status = (await mona.command("meeting status")).text
    assert "Waiting" not in status, status


async def test_a_day_from_which_everything_was_put_off_still_hangs_and_runs(house: Stage) -> None:
    mona = house.moderator
    for item in ("draft", "close"):
        preview = await mona.command("agenda defer", item=item, day="d1")
        assert "has been put off" in (await mona.press(preview, "Yes, do it")).text
    await house.later(seconds=30)
    assert "Nothing stands on this day any more." in house.panel("programme", "## Day 2").text
    assert "Nothing stands on this day any more." in (await mona.command("agenda show", day="d2")).text
    await house.leap(at(9, 0, day=8))
    for path in ("programme now", "programme next", "programme calendar", "agenda next"):
        reply = await mona.command(path)
        assert reply.kind == "message" and "Something went wrong" not in reply.text, path
