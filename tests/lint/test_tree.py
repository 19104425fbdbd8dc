"""The shape of the tree: what a reader may rely on when opening any folder."""

import re
import subprocess

import pytest

from lint import include_edges

ROOT = include_edges.ROOT
CEILING = 400  # lines; more is a second idea in the file
CODE = (".cpp", ".hpp", ".py", ".sql", ".sh")


def tracked() -> list[str]:
    """Every file of the repository, new ones included."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [name for name in listed.splitlines() if (ROOT / name).is_file()]


@pytest.mark.parametrize("folder", sorted(include_edges.ALLOWED))
def test_each_library_says_what_it_is(folder: str):
    assert (ROOT / "src" / folder / "README.md").read_text().strip()


def test_no_file_is_longer_than_the_ceiling():
    lengths = {name: len((ROOT / name).read_text().splitlines()) for name in tracked() if name.endswith(CODE)}
    # A migration that was applied is never split again.
    long = {name: count for name, count in lengths.items() if count > CEILING and not name.startswith("sql/")}
    assert long == {}


def test_no_test_is_switched_off():
    off = re.compile(r"DISABLED_\w|GTEST_SKIP|pytest\.(mark\.)?skip|xfail\(|it\.skip")
    tests = [name for name in tracked() if name.startswith("tests/") and name.endswith((".cpp", ".py"))]
    assert [name for name in tests if name != "tests/lint/test_tree.py" and off.search((ROOT / name).read_text())] == []
