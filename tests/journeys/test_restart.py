"""A whole short meeting, with the bot's process killed in the middle of it, over and over."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from rehearsal.judge import said_keys
from rehearsal.stage import Stage
from rehearsal.standin import Permission, Person

BEGINS = datetime(2030, 5, 1, 8, tzinfo=UTC)
PROGRAMME = """
title: "A short meeting"
time_zone: UTC
venue: UTC
days:
  - id: d1
    title: "The day"
    date: 2030-05-01
    items:
      - id: i1
        starts: 09:00
        ends: 09:20
        title: First
        start: clock
      - id: i2
        starts: 09:20
        ends: 09:50
        title: Second
        start: clock
        question:
          id: q1
          title: The question
          text: What?
          parts:
            - id: q1a
              text: What?
      - id: b1
        kind: break
        starts: 09:50
        ends: 10:00
        title: Break
      - id: i3
        starts: 10:00
        ends: 10:30
        title: Third
        start: clock
"""


async def _staged(folder: Path) -> tuple[Stage, Person]:
    folder.mkdir()
    file = folder / "programme.yaml"
    file.write_text(PROGRAMME, "utf-8")
    stage = Stage(BEGINS, file, folder, "test")
    await stage.open()
    permissions = Permission.MANAGE_GUILD | Permission.MANAGE_EVENTS
    role = stage.standin.world.add_role("Manager", permissions=int(permissions))
    clerk = stage.standin.person(stage.standin.world.add_member("Clerk", roles=[role.id]))
    await clerk.press(await clerk.command("meeting setup"), "Create")
    await stage.settle()
    return stage, clerk


async def _play(stage: Stage, *, kill_every: int | None) -> None:
    """Through the day; the process is killed after every so many moments, as it comes to rest or before."""
    moments = 0
    while stage.next_moment is not None and stage.next_moment < BEGINS + timedelta(hours=3):
        moment = stage.next_moment
        moments += 1
        if kill_every and moments % kill_every == 0:
            await stage.kill()
            stage.now = moment
            await stage.start_bot()
        else:
            await stage.jump(moment)


def _record(stage: Stage) -> dict[str, object]:
    """What everybody could have seen, without ids and lateness."""
    world = stage.standin.world
    own = [m for m in world.messages if m.author_id == world.bot.id]
    return {
        "keys": dict(said_keys(own)),
        "panels": sum(not m.content for m in own),
        "threads": [(thread.name, thread.locked) for thread in world.threads.values()],
        "events": len(world.events),
    }


async def test_a_day_with_kills_leaves_the_same_record_as_one_without(tmp_path: Path) -> None:
    quiet, _ = await _staged(tmp_path / "quiet")
    await _play(quiet, kill_every=None)
    killed, clerk = await _staged(tmp_path / "killed")
    await _play(killed, kill_every=2)
    status = await clerk.command("meeting status")
    try:
        expected = _record(quiet)
        assert _record(killed) == expected
        keys = expected["keys"]
        assert isinstance(keys, dict)
        assert {"i1 · started", "i2 · started", "b1 · started", "i3 · started", "d1 · opening"} <= set(keys)
        assert set(keys.values()) == {1}
        assert expected["threads"] == [("The question", True)]
        assert "chain whole" in status.text
    finally:
        assert await quiet.close() == 0
        assert await killed.close() == 0
