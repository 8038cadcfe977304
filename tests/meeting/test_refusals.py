"""How a rule says no."""

import importlib
import inspect
import pkgutil
import re

import pytest

import meeting
from meeting.refusals import Refused


def refusals():
    found = set()
    for module in pkgutil.iter_modules(meeting.__path__):
        for _, value in inspect.getmembers(
            importlib.import_module(f"meeting.{module.name}"), inspect.isclass
        ):
            if issubclass(value, Refused) and value is not Refused:
                found.add(value)
    return sorted(found, key=lambda refusal: refusal.__name__)


@pytest.mark.parametrize("refusal", refusals(), ids=lambda refusal: refusal.__name__)
def test_the_key_is_the_name_in_snake_case(refusal):
    words = re.findall("[A-Z][a-z]*", refusal.__name__)
    assert refusal().key == "_".join(words).lower()
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", refusal().key)


@pytest.mark.parametrize("refusal", refusals(), ids=lambda refusal: refusal.__name__)
def test_it_is_a_plain_statement(refusal):
    assert not refusal.__name__.endswith("Error")
    assert refusal.__doc__


def test_the_keys_are_told_apart():
    keys = [refusal().key for refusal in refusals()]
    assert len(keys) == len(set(keys)) > 15


def test_it_carries_values_and_no_sentence():
    refused = Refused(item="Lunch", minutes=5)
    assert refused.values == {"item": "Lunch", "minutes": 5}
    assert refused.key == "refused"
