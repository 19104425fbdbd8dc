"""The topics' declarations, their schemas, the code and docs/topics.md tell the same."""

import copy
import json
import re
from pathlib import Path

import pytest
import yaml

from support.asyncapi import AsyncApi

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = sorted((ROOT / "tests" / "unit" / "events" / "golden").glob("*.json"))
DECLARATIONS = {
    path.stem: yaml.safe_load(path.read_text())
    for path in sorted((ROOT / "topics").glob("*.yaml"))
    if path.stem != "asyncapi"
}
API = AsyncApi()

# What the architecture decides: partitions, cleanup, retention.
DECIDED = {
    "ocpp.inbound": (64, "delete", "7d"),
    "ocpp.commands": (64, "delete", "1h"),
    "ocpp.replies": (16, "delete", "1d"),
    "csms.presence": (16, "compact", None),
    "csms.directory": (16, "compact", None),
    "csms.sessions": (16, "delete", "30d"),
    "csms.stations": (16, "compact", None),
    "csms.notifications": (16, "delete", "7d"),
    "ocpp.dead-letter": (16, "delete", "30d"),
}


def test_declarations_are_as_decided():
    declared = {
        name: (entry["partitions"], entry["cleanup"], entry.get("retention")) for name, entry in DECLARATIONS.items()
    }
    assert declared == DECIDED


@pytest.mark.parametrize("name", DECLARATIONS)
def test_a_declaration_is_complete(name: str):
    entry = DECLARATIONS[name]
    assert entry["name"] == name
    optional = {"retention", "config"} & set(entry)
    assert set(entry) - optional == {
        "name",
        "key",
        "partitions",
        "cleanup",
        "schema",
        "producers",
        "readers",
    }
    assert entry["producers"]
    assert entry["readers"]
    assert entry["schema"] == API.topics[name]


def test_every_topic_has_a_channel_and_a_name_in_the_code():
    header = (ROOT / "src" / "shared" / "events" / "topics.hpp").read_text()
    in_code = {name for name in re.findall(r'"([a-z]+\.[a-z-]+)"', header)}
    assert in_code == set(DECLARATIONS) == set(API.topics)


def test_the_document_is_whole():
    components = API.document["components"]
    sections = {"channels": API.document["channels"]} | {
        f"components/{name}": section for name, section in components.items()
    }
    for reference in re.findall(r"'\$ref': '#/([^']+)'", str(API.document)):
        section, _, name = reference.rpartition("/")
        assert name in sections[section], reference
    used = {message for messages in API.topics.values() for message in messages}
    assert used == set(components["messages"])
    acted = {(entry["channel"]["$ref"], entry["action"]) for entry in API.document["operations"].values()}
    assert acted == {(f"#/channels/{name}", action) for name in API.topics for action in ("send", "receive")}


def test_every_object_is_strict():
    for name, schema in API.document["components"]["schemas"].items():
        if name != "headers" and schema.get("type") == "object":
            assert schema["additionalProperties"] is False or name == "headers", name


def test_every_message_that_has_a_codec_has_golden_texts():
    assert {path.name.split(".")[0] for path in GOLDEN} == set(API.messages) - {"notification"}


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_a_golden_text_matches_its_schema(path: Path):
    message = path.name.split(".")[0]
    value = json.loads(path.read_text())
    assert API.errors(message, value) == []
    topics = [topic for topic, messages in API.topics.items() if message in messages]
    assert [API.errors_in_topic(topic, value) for topic in topics] == [[]]
    assert API.errors(message, value | {"later": 1})
    assert API.errors(message, value | {"v": 2})
    for name in API.document["components"]["schemas"][message]["required"]:
        less = copy.deepcopy(value)
        del less[name]
        assert API.errors(message, less), name


def test_a_notification():
    value = {"v": 1, "id": "6f1f6d0e-0000-4000-8000-000000000001", "kind": "mail", "template": "verify_email"}
    value |= {"account": 3, "ids": {"parent": 3}}
    value["at"] = "2025-09-05T16:10:20.000000Z"
    assert API.errors_in_topic("csms.notifications", value) == []
    assert API.errors_in_topic("csms.notifications", value | {"token": "x"})


def test_the_document_for_people_has_every_topic_as_declared():
    text = (ROOT / "docs" / "topics.md").read_text()
    rows = dict(re.findall(r"^\| `([a-z.-]+)` \| (.*) \|$", text, re.MULTILINE))
    assert set(rows) == set(DECLARATIONS)
    for name, entry in DECLARATIONS.items():
        kept = entry["cleanup"] if "retention" not in entry else f"{entry['cleanup']}, {entry['retention']}"
        cells = [cell.strip() for cell in rows[name].split("|")]
        assert cells[1:3] == [str(entry["partitions"]), kept], name
