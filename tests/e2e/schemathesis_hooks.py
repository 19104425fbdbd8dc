"""Loaded by schemathesis (tests/e2e/test_schemathesis.py): who calls. A login whenever the last one is a second old, since
what is tried revokes tokens, deactivates accounts and logs out."""

import os

import requests
import schemathesis


@schemathesis.auth(refresh_interval=1)
class Login:
    def get(self, case: schemathesis.Case, context: schemathesis.AuthContext) -> str:
        url = os.environ["VOLTLANE_TEST_API"] + "/api/auth/login/"
        credentials = {
            "username": os.environ["VOLTLANE_TEST_USER"],
            "password": os.environ["VOLTLANE_TEST_PASSWORD"],
        }
        answer = requests.post(url, json=credentials, timeout=30)
        return answer.json().get("access", "")

    def set(self, case: schemathesis.Case, data: str, context: schemathesis.AuthContext) -> None:
        case.headers["Authorization"] = f"Bearer {data}"
