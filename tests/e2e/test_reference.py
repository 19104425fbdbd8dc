"""The reference pages say what the programs take and serve; tools/write_reference.py writes them."""

import re

import pytest

from stack import paths, reference
from support.running import RunningStack


def test_configuration_page():
    assert reference.CONFIGURATION.read_text() == reference.configuration()


def test_env_example_has_every_variable_with_its_default():
    text = reference.ENVIRONMENT.read_text()
    assert text == reference.environment()
    for program in reference.PROGRAMS:
        for _, variable, default, _ in reference.options(program):
            assert re.search(rf"^(# )?{variable}={re.escape(default)}(  \(voltlane-{program}\))?$", text, re.MULTILINE)


def test_env_example_holds_no_secret():
    text = reference.ENVIRONMENT.read_text()
    secrets = re.findall(r"^(?:# )?(VOLTLANE_\w*(?:_KEY|_KEYS|PASSWORD|DATABASE_URL))=(.*)$", text, re.MULTILINE)
    assert {"VOLTLANE_JWT_KEY", "VOLTLANE_COMMAND_KEY", "VOLTLANE_DATABASE_URL"} <= {name for name, _ in secrets}
    assert [(name, value) for name, value in secrets if value] == []


def test_programs_read_no_variable_past_their_options():
    # One place turns an option's name into a variable; the other reads the secret whose name a flag gives.
    readers = {path.name for path in (paths.ROOT / "src").rglob("*.?pp") if "getenv" in path.read_text()}
    assert readers == {"config.cpp", "secrets.cpp"}


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
