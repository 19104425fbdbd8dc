"""The reference pages say what the programs take and serve; tools/write_reference.py writes them."""

import re

import pytest

from stack import paths, reference
from support.running import RunningStack


def test_configuration_page():
    assert reference.CONFIGURATION.read_text() == reference.configuration()


@pytest.mark.parametrize("kind", ["gateway", "worker", "api"])
def test_metrics_page_has_what_is_served(stack: RunningStack, kind: str):
    section = reference.METRICS.read_text().split(f"## voltlane-{kind}\n")[1].split("\n## ")[0]
    served = reference.metric_rows(stack.stack.state.admin_port(f"{kind}-1"))
    assert served
    assert [row for row in served if row not in section.splitlines()] == []


def test_metrics_page_has_nothing_that_the_code_lacks():
    documented = set(re.findall(r"`voltlane_(\w+)`", reference.METRICS.read_text()))
    code = "".join(path.read_text() for path in (paths.ROOT / "src").rglob("*.?pp"))
    assert documented
    assert sorted(name for name in documented if f'"{name}"' not in code) == []
