"""A column of the table of faults: each strikes as an item is to begin. The whole: `rehearsal --faults`."""

from datetime import timedelta
from pathlib import Path

from rehearsal.badday import BadDay
from rehearsal.faults import FAULTS, Fault
from rehearsal.matrix import play_table


async def test_every_fault_leaves_the_record_of_the_undisturbed_day(tmp_path: Path) -> None:
    cells = await play_table(tmp_path, moments=["as an item is to begin"])
    assert [f"{cell.fault.name}: {cell}" for cell in cells if not cell.good] == []
    assert [cell.fault.name for cell in cells if not cell.struck] == [], "each of them strikes"
    table = (tmp_path / "faults.md").read_text("utf-8")
    assert all(f"| {fault.name} |" in table for fault in FAULTS)


async def test_a_day_that_loses_something_is_told_from_one_that_does_not(tmp_path: Path) -> None:
    """The control: the host comes back only when the day is over."""

    async def gone(day: BadDay) -> None:
        await day.stage.kill()

    async def back(day: BadDay) -> None:
        await day.stage.start_bot()

    async def breaks(day: BadDay) -> None:
        raise RuntimeError("nobody foresaw this")

    own = tmp_path / "calm"
    own.mkdir()
    faults = [Fault("nothing foreseen", breaks), Fault("host down all day", gone, back, timedelta(hours=3))]
    broken, lost = await play_table(tmp_path, faults, ["in the break"])
    assert not lost.good and "never said: i3 · started" in str(lost)
    assert "could not be played: RuntimeError: nobody foresaw this" in str(broken), "and the other was played"
    assert "never said: i3 · started" in (tmp_path / "faults.md").read_text("utf-8")
    assert own.is_dir(), "what is not the table's is left alone"
