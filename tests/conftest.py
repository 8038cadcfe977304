"""What tests of the running house share is a plugin, so that no conftest imports another.

The suite runs on all processors, a file at a time; what takes longest begins first.
"""

import os

import pytest

pytest_plugins = ["tests.stage"]

LONG = ("test_rehearsal.py", "test_bad_days.py", "test_kills.py", "test_soak.py")
"""Files whose tests take minutes: whole meetings."""

# A worker is given the width of the terminal that it does not have, and tables would be drawn for that.
os.environ.pop("COLUMNS", None)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole meetings first: begun last, they would leave the other processors idle."""
    items.sort(key=lambda item: LONG.index(item.path.name) if item.path.name in LONG else len(LONG))
