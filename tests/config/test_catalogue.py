"""Catalogues of sentences: a key says one thing."""

from pathlib import Path

import pytest

from config.catalogue import read_catalogues


def test_a_key_that_stands_there_twice_is_a_fault(tmp_path: Path) -> None:
    words = tmp_path / "en.yaml"
    words.write_text('refused:\n  gone: "One."\n  here: "Two."\n', "utf-8")
    assert read_catalogues(tmp_path).languages["en"] == {"refused.gone": "One.", "refused.here": "Two."}
    words.write_text('refused:\n  gone: "One."\n  gone: "Two."\n', "utf-8")
    with pytest.raises(ValueError, match="gone stands there twice"):
        read_catalogues(tmp_path)
