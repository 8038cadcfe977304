"""The rules of the lists of speakers come back from the record as they were written."""

import json
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from db.policy_rows import LENGTHS, LIMITS, policy_json, policy_of
from meeting.speakers import Limits, Policy, Preset

LENGTH = st.timedeltas(timedelta(), timedelta(days=1))
LIMITS_OF_ALL = st.builds(Limits, **dict.fromkeys(LIMITS, LENGTH))
POLICIES = st.builds(
    Policy,
    preset=st.sampled_from(Preset),
    ratio=st.none() | st.tuples(st.integers(1, 9), st.integers(1, 9)),
    ranked=st.booleans(),
    adaptive=st.booleans(),
    limits=LIMITS_OF_ALL,
    **dict.fromkeys(LENGTHS, LENGTH),
)

quick = settings(max_examples=100, deadline=None, database=None, derandomize=True)


@quick
@given(POLICIES)
def test_what_is_written_is_read(policy):
    assert policy_of(json.loads(json.dumps(policy_json(policy)))) == policy


@quick
@given(POLICIES, st.sets(st.sampled_from(sorted(vars(Policy())))), st.sets(st.sampled_from(LIMITS)))
def test_what_is_missing_is_the_default(policy, missing, limits_missing):
    said = policy_json(policy)
    assert set(said) == set(vars(policy)), "every rule is written"
    for name in limits_missing:
        del said["limits"][name]
    for name in missing:
        del said[name]
    read, default = policy_of(said), Policy()
    for name in vars(policy):
        if name != "limits":
            assert getattr(read, name) == getattr(default if name in missing else policy, name)
    for name in LIMITS:
        gone = name in limits_missing or "limits" in missing
        assert getattr(read.limits, name) == getattr((default if gone else policy).limits, name)


def test_a_record_from_before_there_were_lists_has_the_defaults():
    assert policy_of({}) == Policy()


def test_lengths_are_numbers_of_seconds():
    said = policy_json(Policy(ratio=None, turn_over=timedelta(seconds=20)))
    assert (said["turn_over"], said["ratio"], said["preset"]) == (20, None, "members-first")
    assert said["limits"]["member"] == 180
