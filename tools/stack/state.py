"""What a stack remembers between two commands: <folder>/stack.json, readable by its owner only."""

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from . import ports
from .errors import Failure

DEFAULT_API_PORT = 8000
DEFAULT_GATEWAY_PORT = 9000
DEFAULT_CHARGERS = 5


@dataclass
class State:
    """The stack's shape, addresses and secrets. The secrets are made once and live as long as the data."""

    pods: int = 1
    chargers: int = DEFAULT_CHARGERS
    empty: bool = False
    api_port: int = DEFAULT_API_PORT
    gateway_port: int = DEFAULT_GATEWAY_PORT
    admin_ports: dict[str, int] = field(default_factory=dict)
    jwt_key: str = field(default_factory=lambda: secrets.token_hex(32))
    command_key: str = field(default_factory=lambda: secrets.token_hex(32))
    user: str | None = None
    password: str | None = None
    tenant_ws: str | None = None
    workers: int | None = None  # where their number differs from pods (tests)
    apis: int | None = None
    mail_port: int | None = None

    def count(self, kind: str) -> int:
        return {"gateway": self.pods, "worker": self.workers or self.pods, "api": self.apis or self.pods}[kind]

    def names(self, kind: str) -> list[str]:
        return [f"{kind}-{number}" for number in range(1, self.count(kind) + 1)]

    def admin_port(self, name: str) -> int:
        """The process's admin port, chosen when first asked for."""
        if name not in self.admin_ports:
            self.admin_ports[name] = ports.pick()
        return self.admin_ports[name]

    @property
    def api_urls(self) -> list[str]:
        return [f"http://127.0.0.1:{self.api_port + n}" for n in range(self.count("api"))]

    @property
    def gateway_urls(self) -> list[str]:
        return [f"ws://127.0.0.1:{self.gateway_port + n}" for n in range(self.count("gateway"))]

    @staticmethod
    def file(folder: Path) -> Path:
        return folder / "stack.json"

    @classmethod
    def load(cls, folder: Path) -> "State | None":
        """The remembered state, or None where there is no stack."""
        try:
            known = json.loads(cls.file(folder).read_text())
        except FileNotFoundError:
            return None
        except PermissionError:
            raise Failure(f"{cls.file(folder)} belongs to another user.") from None
        except ValueError:
            raise Failure(f"{cls.file(folder)} is damaged; ./dev down --wipe starts afresh.") from None
        return cls(**{key: value for key, value in known.items() if key in cls.__dataclass_fields__})

    def save(self, folder: Path) -> None:
        fresh = self.file(folder).with_suffix(".new")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        except PermissionError:
            raise Failure(f"Not permitted to write in {folder}; choose a folder with VOLTLANE_DEV_DIR.") from None
        with os.fdopen(descriptor, "w") as out:
            json.dump(asdict(self), out, indent=2)
        fresh.rename(self.file(folder))
