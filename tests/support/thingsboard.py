"""A server that speaks the part of ThingsBoard's REST API that Voltlane uses, and fails on demand.

Written by hand after ThingsBoard's Community Edition (3.x): paths, members, statuses and the wording of errors are what we
take them to be. No live server was recorded, so a difference there is not found here."""

import json
import threading
import uuid
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

USERNAME, PASSWORD = "tenant@thingsboard.org", "tenant-password"


class ThingsBoard:
    """Customers and users by id; `calls` counts what was asked for; `fail` decides over each call."""

    def __init__(self) -> None:
        self.customers: dict[str, dict] = {}
        self.users: dict[str, dict] = {}
        self.enabled: dict[str, bool] = {}
        self.tokens: set[str] = set()
        self.calls: Counter[str] = Counter()
        # (method, path) -> None, a status to answer with instead, "lose" (carried out, no answer) or "hang".
        self.fail: Callable[[str, str], int | str | None] = lambda method, path: None
        self.lock = threading.Lock()
        self.resumed = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> "ThingsBoard":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.resumed.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def customer(self, title: str) -> dict | None:
        return next((c for c in self.customers.values() if c["title"] == title), None)

    def user(self, email: str) -> dict | None:
        return next((u for u in self.users.values() if u["email"].lower() == email.lower()), None)

    def forget_tokens(self) -> None:
        """As after a restart: every token that was given is answered 401."""
        with self.lock:
            self.tokens.clear()

    def answer(self, method: str, target: str, token: str, body: dict) -> tuple[int, object]:
        url = urlsplit(target)
        path, query = url.path, {name: values[0] for name, values in parse_qs(url.query).items()}
        parts = path.strip("/").split("/")
        with self.lock:
            self.calls[f"{method} {path if len(parts) < 3 else '/'.join(['', *parts[:2]])}"] += 1
            if (method, path) == ("POST", "/api/auth/login"):
                return self._log_in(body)
            if token not in self.tokens:
                return 401, {"status": 401, "message": "Authentication failed", "errorCode": 10}
            match (method, *parts[1:]):
                case ("GET", "tenant", "customers"):
                    return self._found(self.customer(query["customerTitle"]))
                case ("GET", "customer", identifier):
                    return self._found(self.customers.get(identifier))
                case ("POST", "customer"):
                    return self._save_customer(body)
                case ("GET", "customer", identifier, "users"):
                    wanted = query.get("textSearch", "").lower()
                    rows = [u for u in self.users.values() if u["customerId"]["id"] == identifier]
                    rows = [u for u in rows if wanted in u["email"].lower()]
                    return 200, {"data": rows, "totalPages": 1, "totalElements": len(rows), "hasNext": False}
                case ("GET", "user", identifier):
                    return self._found(self.users.get(identifier))
                case ("POST", "user"):
                    assert query["sendActivationMail"] == "false"
                    return self._save_user(body)
                case ("DELETE", "user", identifier):
                    return (200, None) if self.users.pop(identifier, None) else self._found(None)
                case ("GET", "user", identifier, "activationLink"):
                    return 200, f"{self.url}/api/noauth/activate?activateToken={identifier}"
                case ("POST", "user", identifier, "userCredentialsEnabled"):
                    self.enabled[identifier] = query["userCredentialsEnabled"] == "true"
                    return 200, None
        return 404, {"status": 404, "message": f"No endpoint {method} {path}", "errorCode": 32}

    def _log_in(self, body: dict) -> tuple[int, object]:
        if (body.get("username"), body.get("password")) != (USERNAME, PASSWORD):
            return 401, {"status": 401, "message": "Invalid username or password", "errorCode": 10}
        token = uuid.uuid4().hex
        self.tokens.add(token)
        return 200, {"token": token, "refreshToken": uuid.uuid4().hex}

    @staticmethod
    def _found(row: dict | None) -> tuple[int, object]:
        if row is None:
            return 404, {"status": 404, "message": "Requested item wasn't found!", "errorCode": 32}
        return 200, row

    def _save_customer(self, body: dict) -> tuple[int, object]:
        identifier = body.get("id", {}).get("id")
        twin = self.customer(body["title"])
        if twin and twin["id"]["id"] != identifier:
            return 400, {"status": 400, "message": "Customer with such title already exists!", "errorCode": 31}
        return 200, self._save(self.customers, "CUSTOMER", identifier, body)

    def _save_user(self, body: dict) -> tuple[int, object]:
        identifier = body.get("id", {}).get("id")
        twin = self.user(body["email"])
        if twin and twin["id"]["id"] != identifier:
            message = f"User with email '{body['email']}' already present in database!"
            return 400, {"status": 400, "message": message, "errorCode": 31}
        if body["customerId"]["id"] not in self.customers:
            return 404, {"status": 404, "message": "Requested item wasn't found!", "errorCode": 32}
        return 200, self._save(self.users, "USER", identifier, body)

    @staticmethod
    def _save(rows: dict[str, dict], kind: str, identifier: str | None, body: dict) -> dict:
        identifier = identifier or str(uuid.uuid4())
        rows[identifier] = body | {"id": {"entityType": kind, "id": identifier}, "createdTime": 1725552620000}
        return rows[identifier]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        board = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                pass

            def serve(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length)) if length else {}
                token = (self.headers.get("X-Authorization") or "").removeprefix("Bearer ")
                fault = board.fail(self.command, self.path)
                if fault == "hang":
                    board.resumed.wait(60)
                    self.close_connection = True
                    return
                if isinstance(fault, int):
                    status, answer = fault, {"status": fault, "message": "on demand"}
                else:
                    status, answer = board.answer(self.command, self.path, token, body)
                if fault == "lose":
                    self.close_connection = True
                    return
                text = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "text/plain" if isinstance(answer, str) else "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST = do_DELETE = serve

        return Handler
