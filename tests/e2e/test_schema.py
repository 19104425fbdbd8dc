"""The API describes itself: /api/v1/schema/, the pages that render it, and what they load."""

import json
import re

import pytest

from support import openapi

SCHEMA = "/api/v1/schema/"
JSON = {"Accept": "application/json"}


def test_the_description_is_yaml_and_json_by_accept(client):
    yaml = client.get(SCHEMA)
    assert yaml.headers["Content-Type"] == "application/yaml"
    assert yaml.text == openapi.DOCUMENT.read_text()
    assert "Accept" in yaml.headers["Vary"]
    for answer in (client.get(SCHEMA, headers=JSON), client.get(SCHEMA + "?format=json")):
        assert answer.headers["Content-Type"] == "application/json"
        # Quoted scalars stay text, aliases are expanded.
        assert answer.json() == openapi.load(yaml.text)
    document = json.loads(client.get(SCHEMA, headers=JSON).text)
    assert document["openapi"] == "3.1.0"
    assert document["servers"][0]["url"] == "/"


def test_it_needs_no_token_and_ignores_a_bad_one(client):
    for path in (SCHEMA, SCHEMA + "swagger-ui/", SCHEMA + "redoc", SCHEMA + "static/pages.css"):
        assert client.get(path, headers={"Authorization": "Bearer nonsense"}).status_code == 200, path


@pytest.mark.parametrize("page", ["swagger-ui", "redoc"])
def test_pages_load_our_files_only(client, page):
    answer = client.get(f"{SCHEMA}{page}/")
    assert answer.headers["Content-Type"].startswith("text/html")
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "http:" not in policy + answer.text
    assert "https:" not in policy + answer.text
    files = re.findall(r'(?:src|href)="(/api/v1/schema/static/[^"]+)"', answer.text)
    assert len(files) >= 4
    for file in files:
        got = client.get(file)
        assert got.status_code == 200, file
        assert "immutable" in got.headers["Cache-Control"]
        assert got.headers["X-Content-Type-Options"] == "nosniff"
        kind = {"css": "text/css", "js": "text/javascript", "png": "image/png"}[file.split("?")[0].rsplit(".", 1)[1]]
        assert got.headers["Content-Type"].split(";")[0] == kind
        assert client.get(file, headers={"If-None-Match": got.headers["ETag"]}).status_code == 304


def test_what_has_another_hash_is_not_kept(client):
    for query in ("", "?v=0", "?v="):
        assert client.get(f"{SCHEMA}static/pages.css{query}").headers["Cache-Control"] == "no-cache"
    described = client.get(SCHEMA)
    again = client.get(SCHEMA, headers={"If-None-Match": described.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(SCHEMA, headers=JSON | {"If-None-Match": described.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "nothing.js",
        "..%2Fopenapi.yaml",
        "..%2f..%2f..%2fetc%2fpasswd",
        "%2Fetc%2Fpasswd",
        "%2e%2e",
        "swagger-ui.css%00",
    ],
)
def test_nothing_else_is_served(client, name):
    answer = client.get(f"{SCHEMA}static/{name}")
    assert (answer.status_code, answer.json()) == (404, {"detail": "Not found."})


def test_a_head_has_no_body(client):
    for path in (SCHEMA, SCHEMA + "static/swagger-ui-bundle.js"):
        answer = client.head(path)
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["ETag"]
