"""What tests of the running house share is a plugin, so that no conftest imports another."""

pytest_plugins = ["tests.stage"]
