"""Whatever is done to a good programme or roster, reading gives a value or faults, nothing else."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.faults import Faults
from config.programme import read_programme
from config.roster import read_roster

ROOT = Path(__file__).parents[2]
SHIPPED = (ROOT / "config" / "programme.yaml").read_bytes()
ROSTER = (ROOT / "tests" / "programmes" / "europe.csv").read_bytes()

SNIPPETS = st.sampled_from(
    [b"", b"\n", b"\t", b":", b"- ", b"  ", b'"', b"'", b"{", b"}", b"[", b"]", b"&a", b"*a", b"!!str ", b"|",
     b">", b"#", b"---\n", b"%", b"? ", b"<<: ", b"\xff", b"\x00", b"\xe2\x80\xa8", b"\r", b",", b"~", b"NO",
     b"25:00", b"9999-12-31", b"\nid: x\n", b"\ndays:\n", b"        items: []\n", b";", b"-1"]
)  # fmt: skip
EDIT = st.tuples(st.integers(0, 1_000_000), st.integers(0, 40), SNIPPETS | st.binary(max_size=6))
QUICK = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def _edited(content: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    for place, length, snippet in edits:
        at = place % (len(content) + 1)
        content = content[:at] + snippet + content[at + length :]
    return content


@QUICK
@given(edits=st.lists(EDIT, min_size=1, max_size=4))
def test_programme(edits: list[tuple[int, int, bytes]], tmp_path: Path) -> None:
    path = tmp_path / "programme.yaml"
    path.write_bytes(_edited(SHIPPED, edits))
    try:
        read_programme(path)
    except Faults as faults:
        assert faults.faults
        lines = len(path.read_bytes().decode("utf-8", "replace").splitlines()) + 1
        for fault in faults.faults:
            assert 0 < fault.line <= lines
            assert fault.sentence
            assert "\n" not in str(fault)


@QUICK
@given(lines=st.permutations(range(len(SHIPPED.splitlines()))))
def test_programme_with_lines_taken_out_and_moved(lines: list[int], tmp_path: Path) -> None:
    written = SHIPPED.splitlines(keepends=True)
    kept = sorted(lines[: len(lines) - 3])
    moved = [*kept[:-1], lines[-1], kept[-1]]
    path = tmp_path / "programme.yaml"
    path.write_bytes(b"".join(written[n] for n in moved))
    try:
        read_programme(path)
    except Faults as faults:
        assert all(0 < fault.line <= len(moved) + 1 for fault in faults.faults)


@QUICK
@given(edits=st.lists(EDIT, min_size=1, max_size=4))
def test_roster(edits: list[tuple[int, int, bytes]], tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_bytes(_edited(ROSTER, edits))
    try:
        assert read_roster(path)
    except Faults as faults:
        assert all(fault.line > 0 and fault.sentence for fault in faults.faults)
