"""voltlane-admin against a real PostgreSQL and a real Kafka of its own, without any other process of ours."""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from stack import paths
from stack.kafka import Kafka
from stack.postgres import Postgres
from stack.scratch import Scratch
from support.asyncapi import AsyncApi
from support.records import consume

DONE, FAILED, USAGE, DIFFERENT, UNREACHABLE = range(5)
TOPICS = paths.ROOT / "topics"
DIRECTORY = "csms.directory"


class Admin:
    """The tool, the database it works on and the Kafka beside it."""

    def __init__(self, kafka: str, database_url: str):
        self.kafka, self.database_url = kafka, database_url

    def run(self, *arguments: str, code: int = DONE, **environment: str) -> str:
        """Standard output, or standard error where a failure is expected."""
        known = {key: value for key, value in os.environ.items() if not key.startswith("VOLTLANE_")}
        known |= {"VOLTLANE_KAFKA": self.kafka, "VOLTLANE_DATABASE_URL": self.database_url}
        known |= {"VOLTLANE_TOPIC_REPLICATION": "1"} | environment
        command = [str(paths.bin_dir() / "voltlane-admin"), *arguments]
        done = subprocess.run(
            command,
            cwd=paths.ROOT,
            env=known,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=90,
        )
        assert done.returncode == code, (arguments, done.returncode, done.stdout, done.stderr)
        if code in (DONE, DIFFERENT):
            assert done.stderr == ""
            return done.stdout
        return done.stderr

    def rows(self, sql: str, *parameters: object) -> list[tuple]:
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            cursor = connection.execute(sql, parameters)
            return cursor.fetchall() if cursor.description else []

    def take_queued(self) -> dict[str, dict | None]:
        """What the outbox holds, by key; the outbox is empty afterwards."""
        queued = self.rows("select key, convert_from(value, 'UTF8'), topic from outbox order by id")
        self.rows("delete from outbox")
        assert {topic for _, _, topic in queued} <= {DIRECTORY}
        return {key: json.loads(value) if value else None for key, value, _ in queued}

    def produce(self, topic: str, key: str, value: str | None) -> None:
        """None: a tombstone."""
        command = [
            "kcat",
            "-b",
            self.kafka,
            "-P",
            "-t",
            topic,
            "-K",
            "|",
            "-X",
            "partitioner=murmur2_random",
            "-Z",
        ]
        record = f"{key}|{value or ''}\n".encode()
        subprocess.run(command, input=record, check=True, capture_output=True, timeout=30)


@pytest.fixture(scope="module")
def backing() -> Iterator[tuple[Kafka, Postgres]]:
    with Scratch("admin") as scratch:
        kafka, postgres = Kafka(scratch.folder), Postgres(scratch.folder, durable=False)
        kafka.spawn()
        postgres.start()
        kafka.wait_ready()
        yield kafka, postgres


@pytest.fixture
def admin(backing: tuple[Kafka, Postgres], request: pytest.FixtureRequest) -> Admin:
    """A database of the test's own, migrated; Kafka has the declared topics, shared by the tests here."""
    kafka, postgres = backing
    name = "t" + hashlib.sha256(request.node.name.encode()).hexdigest()[:12]
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute(f"create database {name}")
    made = Admin(kafka.bootstrap, postgres.url(name))
    made.run("migrate")
    made.run("topics", "apply")
    made.take_queued()
    return made


def test_migrate_applies_once_and_refuses_changed_and_unknown_files(backing: tuple[Kafka, Postgres], tmp_path: Path):
    kafka, postgres = backing
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute("create database migrations")
    admin = Admin(kafka.bootstrap, postgres.url("migrations"))
    assert "migrate" in admin.run("tenant", "list", code=FAILED)
    assert "applied 0001_" in admin.run("migrate")
    assert "nothing to do" in admin.run("migrate")

    folder = tmp_path / "sql"
    shutil.copytree(paths.ROOT / "sql", folder)
    first = sorted(folder.glob("*.sql"))[0]
    first.write_text(first.read_text() + "-- changed\n")
    assert "was changed" in admin.run("migrate", "--dir", str(folder), code=FAILED)

    number = len(list((paths.ROOT / "sql").glob("*.sql"))) + 1
    shutil.copytree(paths.ROOT / "sql", folder, dirs_exist_ok=True)
    (folder / f"{number:04}_later.sql").write_text("create table later (id bigint);")
    admin.run("migrate", "--dir", str(folder))
    assert "unknown here" in admin.run("migrate", code=FAILED)
    assert "needs" in admin.run("tenant", "list", code=FAILED)


def test_names_that_fold_alike_are_named_before_anything_changes(backing: tuple[Kafka, Postgres], tmp_path: Path):
    kafka, postgres = backing
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute("create database folding")
    admin = Admin(kafka.bootstrap, postgres.url("folding"))
    folder = tmp_path / "sql"
    folder.mkdir()
    shutil.copy(paths.ROOT / "sql" / "0001_core.sql", folder)
    admin.run("migrate", "--dir", str(folder))
    add = "insert into accounts (username, email, role, password_hash) values (%s, %s, 'user', 'x')"
    names = ("Ｊim", "jim", "somebody")
    for name in names:
        admin.rows(add, name, f"{name.encode().hex()}@example.com")

    said = admin.run("migrate", code=FAILED)
    assert "user name 'Ｊim' of account 1, user name 'jim' of account 2" in said
    assert "somebody" not in said
    assert admin.rows("select count(*) from schema_migrations") == [(1,)]
    admin.rows("update accounts set username = 'james' where id = 2")
    assert "applied 0002_" in admin.run("migrate")


def test_counts_are_checked_and_made_anew(admin: Admin):
    admin.rows("insert into tenants (name, url_key) values ('t', repeat('a', 32))")
    admin.rows("insert into charge_points (tenant_id, canonical_id, identity, name) values (1, 'cp', 'CP', 'CP')")
    assert "0 counts of sessions and 0 of commands are wrong" in admin.run("counts", "check")
    # As a worker from before sessions were counted writes them.
    admin.rows(
        "insert into sessions (tenant_id, charge_point_id, transaction_key, identity_hash, connector_id, state, "
        "started_at, start_received_at) select 1, 1, n::text, md5(n::text), 1, 'open', '2026-03-04', now() "
        "from generate_series(1, 3) n"
    )
    wrong = admin.run("counts", "check", code=DIFFERENT)
    assert "sessions of tenant 1, all, 2026-03: counted 0, really 3" in wrong
    assert "2 counts of sessions and 0 of commands are wrong: voltlane-admin counts recount" in wrong
    admin.run("counts", "recount")
    assert "0 counts of sessions" in admin.run("counts", "check")
    admin.rows("update session_months set sessions = 7, energy_wh = 1")
    admin.rows("insert into command_counts values (1, 0, 0, 5)")
    wrong = admin.run("counts", "check", code=DIFFERENT)
    assert "counted 7, really 3" in wrong
    assert "commands of tenant 1, all: counted 5, really 0" in wrong
    admin.run("counts", "recount")
    assert "0 counts of sessions and 0 of commands are wrong" in admin.run("counts", "check")


def test_topics_are_created_once_and_told_to_the_directory(admin: Admin, tmp_path: Path):
    folder = tmp_path / "topics"
    folder.mkdir()
    text = (TOPICS / "csms.presence.yaml").read_text().replace("csms.presence", "csms.other")
    file = folder / "csms.other.yaml"
    file.write_text(text)
    in_folder = ("--dir", str(folder))

    assert "create" in admin.run("topics", "diff", *in_folder, code=DIFFERENT)
    assert "csms.other: created, generation 1" in admin.run("topics", "apply", *in_folder)
    entry = {"v": 1, "topic": "csms.other", "generation": 1}
    assert admin.take_queued() == {"0/generation/csms.other": entry}
    admin.run("topics", "diff", *in_folder)
    assert "nothing to do" in admin.run("topics", "apply", *in_folder)
    assert admin.take_queued() == {}

    file.write_text(text.replace("segment.ms: 3600000", "segment.ms: 7200000"))
    assert "segment.ms 3600000 -> 7200000" in admin.run("topics", "diff", *in_folder, code=DIFFERENT)
    admin.run("topics", "apply", *in_folder)
    admin.run("topics", "diff", *in_folder)

    file.write_text(text.replace("partitions: 16", "partitions: 17"))
    assert "fixed for a topic's life" in admin.run("topics", "apply", *in_folder, code=FAILED)
    file.write_text(text.replace("cleanup:", "cleanings:"))
    assert "cleanings" in admin.run("topics", "apply", *in_folder, code=FAILED)
    assert admin.rows("select generation from log_generations where topic = 'csms.other'") == [(1,)]


def test_a_lost_log_gets_the_next_generation(admin: Admin, tmp_path: Path):
    folder = tmp_path / "topics"
    folder.mkdir()
    (folder / "csms.lost.yaml").write_text(
        (TOPICS / "csms.presence.yaml").read_text().replace("csms.presence", "csms.lost")
    )
    admin.rows("insert into log_generations (topic, generation) values ('csms.lost', 4)")
    said = admin.run("topics", "diff", "--dir", str(folder), code=DIFFERENT)
    assert "generation 4 is gone" in said
    assert "created, generation 5" in admin.run("topics", "apply", "--dir", str(folder))
    assert admin.take_queued()["0/generation/csms.lost"]["generation"] == 5


def test_every_declared_topic_is_there_as_declared(admin: Admin):
    assert "no difference in 9 topics" in admin.run("topics", "diff")
    generations = dict(admin.rows("select topic, generation from log_generations"))
    assert set(generations) == set(AsyncApi().topics)


def test_users_and_tenants(admin: Admin):
    api = AsyncApi()
    person = ("--email", "a@example.com", "--full-name", "Ada King Lovelace", "--password-env", "SECRET")
    create = ("user", "create", "--username", "ada", "--role", "super_admin", *person)
    assert "SECRET is not set" in admin.run(*create, code=USAGE)
    assert "too short" in admin.run(*create, code=FAILED, SECRET="short")
    assert "too common" in admin.run(*create, code=FAILED, SECRET="Password1")
    assert "similar to the last name" in admin.run(*create, code=FAILED, SECRET="King.Lovelace")
    said = admin.run(*create, SECRET="MyP@ssw0rd")
    assert "account 1 created, tenant 1" in said
    key = said.split("/api/v16/")[1].split("/")[0]

    queued = admin.take_queued()
    assert list(queued) == ["1/tenant/1"]
    assert queued["1/tenant/1"]["key_hash"] == hashlib.sha256(key.encode()).hexdigest()
    assert api.errors_in_topic(DIRECTORY, queued["1/tenant/1"]) == []
    columns = "first_name, last_name, role, is_active, user_type, is_operator, password_hash"
    names = admin.rows(f"select {columns} from accounts")
    assert names[0][:6] == ("Ada", "King Lovelace", "super_admin", True, "CUSTOMER", False)
    assert names[0][6].startswith("$argon2id$")
    assert admin.rows("select founder from tenants") == [(1,)]

    assert "user name ada is taken" in admin.run(*create, code=FAILED, SECRET="MyP@ssw0rd")
    crossed = ("user", "create", "--username", "A@EXAMPLE.COM", "--role", "user", "--email", "x@example.com")
    assert "is taken" in admin.run(*crossed, *person[2:], code=FAILED, SECRET="MyP@ssw0rd")
    other = ("user", "create", "--username", "bob", "--role", "user", "--email", "b@example.com")
    other += ("--full-name", "Bob", "--password-env", "SECRET")
    assert "no tenant 99" in admin.run(*other, "--tenant", "99", code=FAILED, SECRET="MyP@ssw0rd")
    assert "account 2 created, tenant 1" in admin.run(*other, "--tenant", "1", "--operator", SECRET="MyP@ssw0rd")
    made = "select user_type, is_operator from accounts where username = 'bob'"
    assert admin.rows(made) == [(None, True)]

    listed = admin.run("tenant", "list")
    assert "founder ada" in listed
    assert key not in listed
    assert key in admin.run("tenant", "list", "--show-keys")
    assert "tenant 2 created" in admin.run("tenant", "create", "--name", "Second")
    rotated = admin.run("tenant", "rotate-key", "--tenant", "1").split("/api/v16/")[1].split("/")[0]
    assert rotated != key
    imported = "0123456789abcdef0123456789abcdef"
    import_key = ("tenant", "import-key", "--key-env", "KEY", "--tenant")
    assert imported not in admin.run(*import_key, "2", KEY=imported.upper())
    assert "another tenant" in admin.run(*import_key, "1", code=FAILED, KEY=imported)
    assert "32 hex digits" in admin.run(*import_key, "1", code=FAILED, KEY="nonsense")
    assert "no tenant 99" in admin.run(*import_key, "99", code=FAILED, KEY="f" * 32)
    queued = admin.take_queued()
    assert queued["1/tenant/1"]["key_hash"] == hashlib.sha256(rotated.encode()).hexdigest()
    assert queued["2/tenant/2"]["key_hash"] == hashlib.sha256(imported.encode()).hexdigest()


def test_republish_makes_the_directory_what_postgresql_has(admin: Admin):
    api = AsyncApi()
    admin.run("tenant", "create", "--name", "One")
    admin.rows(
        "insert into charge_points (tenant_id, canonical_id, identity, name, deleted_at) "
        "select 1, 'cp' || n, 'CP' || n, 'x', case when n = 7 then now() end "
        "from generate_series(1, 1202) n"  # more than a page
    )
    admin.rows(
        "insert into accounts (tenant_id, username, email, role, user_type, password_hash) "
        "values (1, 'u', 'u@example.com', 'user', 'staff', 'x')"
    )
    admin.rows(
        "insert into id_tags (tenant_id, id_tag, id_tag_folded, account_id, expiry_date, parent_id_tag) "
        "values (1, 'TAG', 'tag', 1, '2030-01-01T00:00:00Z', 'P'), (1, 'BARE', 'bare', null, null, null)"
    )
    stale = {"v": 1, "tenant": 1, "charge_point": "gone", "identity": "GONE", "registration": "Accepted"}
    admin.produce(DIRECTORY, "1/charge_point/gone", json.dumps(stale | {"deleted": False}))
    vouch = {"v": 1, "tenant": 1, "charge_point": "cp1", "id_tag_folded": "tag", "account": 1}
    vouch["command"] = "6f1c2c1e-8d0b-4a57-9a53-0d6d2b8b7f10"
    old = vouch | {"from": "2020-01-01T00:00:00Z", "until": "2020-01-01T00:05:00Z"}
    new = vouch | {"from": "2120-01-01T00:00:00Z", "until": "2120-01-01T00:05:00Z", "id_tag_folded": "late"}
    admin.produce(DIRECTORY, "1/vouch/cp1/tag", json.dumps(old))
    admin.produce(DIRECTORY, "1/vouch/cp1/late", json.dumps(new))
    admin.produce(DIRECTORY, "1/unheard/of", '{"v":1}')

    said = admin.run("directory", "republish")
    assert "1 records of unknown kinds" in said
    queued = admin.take_queued()
    assert queued["1/charge_point/gone"] is None
    assert queued["1/vouch/cp1/tag"] is None
    assert "1/vouch/cp1/late" not in queued
    assert "1/unheard/of" not in queued
    points = {key: value for key, value in queued.items() if key.startswith("1/charge_point/cp")}
    assert len(points) == 1202
    assert points["1/charge_point/cp7"]["deleted"] is True
    assert points["1/charge_point/cp8"]["identity"] == "CP8"
    assert queued["1/id_tag/tag"]["user_type"] == "staff"
    assert queued["1/id_tag/tag"]["expiry"] == "2030-01-01T00:00:00.000000Z"
    assert queued["1/id_tag/bare"] == {"v": 1, "tenant": 1, "id_tag_folded": "bare", "status": "Accepted"}
    generations = [key for key in queued if key.startswith("0/generation/")]
    assert len(generations) == len(api.topics)
    for value in queued.values():
        assert value is None or api.errors_in_topic(DIRECTORY, value) == []


def test_tombstones_that_were_published_are_not_queued_again(admin: Admin):
    entry = {"v": 1, "tenant": 5, "key_hash": "a" * 64, "accept_unknown_tags": False}
    entry |= {"self_registration": True, "require_subprotocol": False, "max_charge_points": 1}
    admin.produce(DIRECTORY, "5/tenant/5", json.dumps(entry))
    admin.run("directory", "republish")
    assert "5/tenant/5" in admin.take_queued()
    admin.produce(DIRECTORY, "5/tenant/5", None)
    assert [r.payload for r in consume(admin.kafka, DIRECTORY) if r.key == "5/tenant/5"][-1] is None
    admin.run("directory", "republish")
    assert "5/tenant/5" not in admin.take_queued()


def test_dead_letters_are_listed_newest_last(admin: Admin):
    assert "0 of 0 dead letters" in admin.run("dead-letters", "list")
    golden = paths.ROOT / "tests" / "unit" / "events" / "golden" / "dead_letter.text.json"
    letter = json.loads(golden.read_text())
    for number in range(3):
        admin.produce("ocpp.dead-letter", f"7/cp{number}", json.dumps(letter | {"key": f"7/cp{number}\x1b[2J"}))
    said = admin.run("dead-letters", "list", "--limit", "2").splitlines()
    assert said[-1] == "2 of 3 dead letters"
    assert said[0].startswith('2025-09-05T12:00:00Z ocpp.inbound[5]@77 key "7/cp1\\u001b[2J": "corrupt"')
    assert [json.loads(line)["key"][:5] for line in admin.run("dead-letters", "list", "--json").splitlines()] == [
        "7/cp0",
        "7/cp1",
        "7/cp2",
    ]


def test_servers_that_are_away(admin: Admin):
    away = ("--database-url", "postgresql://me:secret-word@127.0.0.1:1/x")
    for command in (("migrate",), ("tenant", "list"), ("topics", "diff")):
        said = admin.run(*command, *away, code=UNREACHABLE)
        assert "PostgreSQL" in said
        assert "secret-word" not in said
    said = admin.run("dead-letters", "list", "--kafka", "127.0.0.1:1", code=UNREACHABLE)
    assert said.splitlines()[-1] == "voltlane-admin: Kafka: cannot read ocpp.dead-letter: unavailable"
