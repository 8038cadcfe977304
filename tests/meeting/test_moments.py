"""When a poll opens or closes, as it is written."""

from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meeting.poll_times import BY_HAND, Moment, When
from meeting.programme import DayId

DAY_IDS = st.from_regex(r"[a-z0-9][a-z0-9-]{0,30}", fullmatch=True).map(DayId)
MOMENTS = st.one_of(
    st.just(BY_HAND),
    st.builds(lambda n: Moment(When.START, timedelta(minutes=n)), st.integers(0, 999)),
    st.builds(lambda n: Moment(When.END, timedelta(minutes=n)), st.integers(0, 999)),
    st.builds(
        lambda day_id, hour, minute: Moment(When.DAY, day_id=day_id, at=time(hour, minute)),
        DAY_IDS,
        st.integers(0, 23),
        st.integers(0, 59),
    ),
)


@given(MOMENTS)
def test_what_is_written_reads_as_it_was(moment: Moment) -> None:
    assert Moment.read(str(moment)) == moment


@given(st.text(max_size=12) | st.from_regex(r"(start|end|d1|hand) ?[-+]?[0-9:]{0,5}", fullmatch=True))
def test_whatever_reads_is_written_so_that_it_reads_the_same(text: str) -> None:
    try:
        moment = Moment.read(text)
    except ValueError:
        return
    assert Moment.read(str(moment)) == moment


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("hand", BY_HAND),
        ("start", Moment(When.START)),
        ("start+0", Moment(When.START)),
        ("  start +  15 ", Moment(When.START, timedelta(minutes=15))),
        ("end + 30", Moment(When.END, timedelta(minutes=30))),
        ("d2 8:30", Moment(When.DAY, day_id=DayId("d2"), at=time(8, 30))),
        ("start 08:30", Moment(When.DAY, day_id=DayId("start"), at=time(8, 30))),
    ],
)
def test_ways_to_write_it(written: str, moment: Moment) -> None:
    assert Moment.read(written) == moment


@pytest.mark.parametrize(
    "written",
    ["", "Start", "start-1", "start+", "start+1000", "start+1.5", "end+-1", "end-5", "end -5", "end-0",
     "08:30", "d2 24:00", "d2 08:60", "d2 8:3", "d2", "D2 08:30", "hand+1", "start+٣", "d2 ٠٨:٣٠", "by hand"],
)  # fmt: skip
def test_what_is_no_moment(written: str) -> None:
    with pytest.raises(ValueError):
        Moment.read(written)
