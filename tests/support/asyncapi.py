"""Holding records against topics/asyncapi.yaml, the strict description of everything that is in a topic."""

from pathlib import Path

import yaml
from jsonschema import Draft7Validator

DOCUMENT = Path(__file__).resolve().parents[2] / "topics" / "asyncapi.yaml"


class AsyncApi:
    """The document and one validator a message. `$ref`s point into the document, which is therefore the schema's root."""

    def __init__(self, path: Path = DOCUMENT):
        self.document = yaml.safe_load(path.read_text())
        self._validators = {
            name: Draft7Validator({**self.document, "allOf": [message["payload"]]})
            for name, message in self.document["components"]["messages"].items()
        }

    @property
    def messages(self) -> list[str]:
        return list(self._validators)

    @property
    def topics(self) -> dict[str, list[str]]:
        """The messages of each topic."""
        return {name: list(channel["messages"]) for name, channel in self.document["channels"].items()}

    def errors(self, message: str, value: object) -> list[str]:
        """What is wrong with a value as that message; empty: nothing."""
        return [f"{error.json_path}: {error.message}" for error in self._validators[message].iter_errors(value)]

    def errors_in_topic(self, topic: str, value: object) -> list[str]:
        """Empty where the value is one of the topic's messages; else what is wrong with it as each of them."""
        wrong = {message: self.errors(message, value) for message in self.topics[topic]}
        if [] in wrong.values():
            return []
        return [f"{message}: {error}" for message, errors in wrong.items() for error in errors]
