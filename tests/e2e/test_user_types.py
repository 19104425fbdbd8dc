"""User types as data: declared by a file and over the API, and seen in profiles."""

import subprocess
import time

from stack import paths
from support.campus import CAMPUS, member_of, operator_of, refused, register
from support.campus import campus as campus
from support.campus import types_file as types_file
from support.tenants import User, new_name

SHARED = ["university_id", "major", "academic_level", "enrollment_year", "department", "position"]
TYPES = "/api/admin/user-types/"
PROFILE = "/api/auth/profile/"


def declared(profile: dict) -> dict:
    """What user types add to a profile."""
    names = ["is_student", "is_staff_member", "student_profile", "staff_profile", *SHARED]
    return {name: profile[name] for name in names}


def test_a_students_profile(campus):
    student = member_of(
        campus,
        "student",
        university_id="U-1",
        enrollment_year="2023",
        academic_level="graduate",
        student_profile={"student_id": "S-1", "gpa": 3.75, "credits_completed": "90"},
    )
    profile = student.get(PROFILE)
    assert declared(profile) == {
        "is_student": True,
        "is_staff_member": False,
        "student_profile": {"student_id": "S-1", "gpa": "3.75", "credits_completed": 90, "graduation_date": None},
        "staff_profile": None,
        "university_id": "U-1",
        "major": None,
        "academic_level": "graduate",
        "enrollment_year": 2023,
        "department": None,
        "position": None,
    }
    assert declared(profile["user"]) == declared(profile) == declared(student.login["user"])

    # Either way round, and the type itself is not the owner's to change.
    change = {"gpa": "3.9", "major": "Physics", "student_profile": {"graduation_date": "2027-06-30"}}
    changed = student.call("PATCH", PROFILE, json=change | {"user_type": "staff", "is_staff_member": True})
    assert changed.status_code == 200
    profile = changed.json()
    assert profile["student_profile"]["gpa"] == "3.90"
    assert profile["student_profile"]["graduation_date"] == "2027-06-30"
    assert (profile["user_type"], profile["major"], profile["is_staff_member"]) == ("student", "Physics", False)
    again = student.call("PUT", PROFILE, json=profile).json()
    assert again == profile
    unset = student.call("PUT", PROFILE, json={"academic_level": None, "gpa": ""}).json()
    assert (unset["academic_level"], unset["student_profile"]["gpa"]) == (None, None)

    wrong = {"gpa": "3.755", "credits_completed": "many", "academic_level": "kindergarten", "enrollment_year": 1}
    answer = student.call("PATCH", PROFILE, json=wrong | {"student_profile": {"graduation_date": "soon"}})
    assert answer.status_code == 400
    messages = answer.json()
    assert messages["gpa"] == ["Ensure that there are no more than 2 decimal places."]
    assert messages["academic_level"] == ['"kindergarten" is not a valid choice.']
    assert messages["success"] is False and set(messages["errors"]) == {*wrong, "graduation_date"}
    assert student.get(PROFILE)["major"] == "Physics"


def test_everybody_has_every_flag(campus):
    staff = member_of(campus, "staff", employee_id="E-7", profile={"office_hours": "Mo 9-12\nTu 9-12"}, department="EE")
    profile = staff.get(PROFILE)
    assert (profile["is_student"], profile["is_staff_member"], profile["student_profile"]) == (False, True, None)
    assert profile["staff_profile"]["office_hours"] == "Mo 9-12\nTu 9-12"
    assert profile["department"] == "EE"
    tenant = campus.tenant()
    profile = tenant.get(PROFILE)
    assert [profile[name] for name in ("is_student", "is_staff_member", "student_profile", "staff_profile")] == [
        *(False, False),
        *(None, None),
    ]
    assert tenant.call("PATCH", PROFILE, json={"position": "Dean", "gpa": "1.00"}).json()["position"] == "Dean"
    refused(register(campus, new_name("x"), "astronaut"), "user_type")


def test_a_type_is_declared_on_one_pod_and_known_to_the_other_within_a_second(campus):
    owner = operator_of(campus)
    there = owner.on(campus.api_url(2))
    fields = [
        {"name": "badge", "kind": "string", "required": True, "max_length": 8},
        {"name": "until", "kind": "date"},
        {"name": "escorted", "kind": "boolean"},
        {"name": "deposit", "kind": "decimal", "decimals": 3, "min": 0},
    ]
    began = time.monotonic()
    made = owner.post(TYPES, {"name": "visitor", "fields": fields})
    assert (made["name"], made["flag"], made["profile"], made["source"]) == (
        *("visitor", "is_visitor"),
        *("visitor_profile", "api"),
    )
    while "is_visitor" not in there.get(PROFILE):
        assert time.monotonic() - began < 1.0
    assert owner.get(TYPES + "visitor/") == made == there.get(TYPES + "visitor")
    names = [t["name"] for t in owner.get(TYPES)]
    assert names[:2] == ["CUSTOMER", "CUSTOMER_USER"] and {"student", "staff", "visitor"} <= set(names)

    # Required at registration, and what is stored survives changes of its field.
    refused(register(campus, new_name("v"), "visitor"), "badge")
    visitor = member_of(campus, "visitor", badge="B-1", deposit=12.5, escorted=True)
    assert visitor.get(PROFILE)["visitor_profile"] == {
        **{"badge": "B-1", "until": None},
        **{"escorted": True, "deposit": "12.500"},
    }
    fields[0]["max_length"], fields[3]["max"] = 2, 5
    patched = owner.call("PATCH", TYPES + "visitor/", json={"fields": fields, "flag": "visits"})
    assert patched.status_code == 200, patched.text
    shown = visitor.get(PROFILE)
    assert "is_visitor" not in shown and shown["visits"] is True
    assert shown["visitor_profile"] == {"badge": None, "until": None, "escorted": True, "deposit": None}
    assert visitor.call("PATCH", PROFILE, json={"until": "2027-01-01"}).status_code == 200
    whole = owner.call("PUT", TYPES + "visitor/", json={"fields": made["fields"]}).json()
    assert whole == made
    assert visitor.get(PROFILE)["visitor_profile"] == {
        **{"badge": "B-1", "until": "2027-01-01"},
        **{"escorted": True, "deposit": "12.500"},
    }

    in_use = owner.call("DELETE", TYPES + "visitor/")
    assert in_use.status_code == 409 and set(in_use.json()) == {"detail"}
    campus.sql("update accounts set user_type = null where user_type = 'visitor' returning id")
    assert owner.call("DELETE", TYPES + "visitor/").status_code == 204
    assert owner.call("GET", TYPES + "visitor/").status_code == 404
    assert "visitor_profile" not in visitor.get(PROFILE)


def test_shared_fields_are_replaced_as_a_whole(campus):
    owner = operator_of(campus)
    before = owner.get(TYPES + "shared-fields/")
    assert [f["name"] for f in before["fields"]] == SHARED
    assert {f["source"] for f in before["fields"]} == {"file"}
    more = {"fields": [{"name": "nickname", "kind": "string"}, *before["fields"]]}
    after = owner.call("PUT", TYPES + "shared-fields/", json=more)
    assert after.status_code == 200, after.text
    assert [f["source"] for f in after.json()["fields"]] == ["api", *["file"] * len(SHARED)]
    assert owner.call("PATCH", PROFILE, json={"nickname": "Doc"}).json()["nickname"] == "Doc"
    assert owner.call("PUT", TYPES + "shared-fields/", json=before).json() == before
    assert "nickname" not in owner.get(PROFILE)
    refused(owner.call("PUT", TYPES + "shared-fields/", json={}), "fields")
    for name in ("email", "gpa", "is_student", "staff_profile", "password", "Upper", "a-b"):
        refused(
            owner.call("PUT", TYPES + "shared-fields/", json={"fields": [{"name": name, "kind": "string"}]}), "fields"
        )


def test_hostile_declarations(campus):
    owner = operator_of(campus)
    fields = [{"name": f"f{number}", "kind": "string"} for number in range(1000)]
    twice = [{"name": "f", "kind": "string"}] * 2
    deep: list = []
    for _ in range(25):
        deep = [deep]
    for body, field in (
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": 7}, "name"),
        ({"name": ["a"]}, "name"),
        ({"name": "a" * 64}, "name"),
        ({"name": "a/b"}, "name"),
        ({"name": "Student"}, "name"),
        ({"name": "customer"}, "name"),
        ({"name": "h1", "flag": "is_student"}, "flag"),
        ({"name": "h1", "flag": "major"}, "flag"),
        ({"name": "h1", "flag": "staff_profile"}, "flag"),
        ({"name": "h1", "flag": {"a": 1}}, "flag"),
        ({"name": "h1", "fields": fields}, "fields"),
        ({"name": "h1", "fields": twice}, "fields"),
        ({"name": "h1", "fields": deep}, "fields"),
        ({"name": "h1", "fields": "all"}, "fields"),
        ({"name": "h1", "fields": [{"name": "x", "kind": "hologram"}]}, "fields"),
        ({"name": "h1", "fields": [{"name": "x", "kind": "choice"}]}, "fields"),
        ({"name": "h1", "fields": [{"name": "x", "kind": "decimal", "decimals": -1}]}, "fields"),
        ({"name": "h1", "fields": [{"name": "x", "kind": "integer", "min": 1e300}]}, "fields"),
        ({"name": "h1", "fields": [{"name": "x\u0000", "kind": "string"}]}, "fields"),
        ({"name": "h1", "colour": "red"}, "colour"),
    ):
        messages = refused(owner.call("POST", TYPES, json=body), field)
        assert len(str(messages)) < 5000
    assert owner.call("POST", TYPES, content="[" * 100, headers=owner.headers).status_code == 400
    for name in ("CUSTOMER", "CUSTOMER_USER"):
        for method in ("PUT", "PATCH", "DELETE"):
            assert owner.call(method, f"{TYPES}{name}/", json={}).status_code == 409
    for path in ("none/", "a%2Fb/", "%00/"):
        assert owner.call("DELETE", TYPES + path).status_code == 404
    assert not any(t["name"] == "h1" for t in owner.get(TYPES))

    student = member_of(campus, "student")
    for value in ([], {}, True, "x" * 10_000, 10**400, "\u0000"):
        answer = student.call("PATCH", PROFILE, json={"student_id": value})
        assert answer.status_code == 400, (value, answer.text)


def test_a_full_deployment_takes_no_more_types(campus):
    owner = operator_of(campus)
    room = 50 - (len(owner.get(TYPES)) - 2)
    campus.sql(
        "with r as (update user_type_revision set revision = revision + 1) "
        "insert into user_types (name, flag, fields, source) select 'many' || n, 'is_many' || n, '[]', 'api' "
        "from generate_series(2, %s) n returning name",
        room,
    )
    fields = [{"name": f"f{number}", "kind": "text", "max_length": 4000} for number in range(50)]
    owner.post(TYPES, {"name": "many1", "fields": fields})
    refused(owner.call("POST", TYPES, json={"name": "onemore"}), "name")
    profile = owner.get(PROFILE)
    assert sum(name.startswith("is_many") for name in profile) == room and profile["many1_profile"] is None
    campus.sql(
        "with r as (update user_type_revision set revision = revision + 1) "
        "delete from user_types where name like 'many%%' and %s returning name",
        True,
    )


def test_who_may_declare(campus):
    owner, user = campus.tenant(), campus.user()
    for method, path in (("GET", ""), ("POST", ""), ("GET", "student/"), ("DELETE", "student/")):
        assert user.call(method, TYPES + path, json={}).status_code == 403
        assert user.call(method, TYPES + path, json={}, headers={}).status_code == 401

    def refuses(account: User) -> None:
        assert account.get(TYPES)
        for method, path in (("POST", ""), ("PATCH", "student/"), ("DELETE", "student/"), ("PUT", "shared-fields/")):
            answer = account.call(method, TYPES + path, json={"name": "x", "fields": []})
            assert (answer.status_code, set(answer.json())) == (403, {"detail"})

    def allows(account: User) -> None:
        account.post(TYPES, {"name": "guest"})
        assert account.call("DELETE", TYPES + "guest/").status_code == 204

    oldest = "select a.username from tenants n join accounts a on a.id = n.founder order by n.id limit 1"
    first = User(campus.api_url(), campus.sql(oldest)[0][0]).log_in()
    operators = campus.sql("update accounts set is_operator = false where is_operator returning id")
    allows(first)
    refuses(owner)
    allows(operator_of(campus))
    refuses(first)
    refuses(owner)
    campus.sql("update accounts set is_operator = true where id = any(%s) returning id", [row[0] for row in operators])


def test_a_type_that_nobody_gives_itself(campus):
    owner, name = operator_of(campus), new_name("vip")
    made = owner.post(TYPES, {"name": name, "self_registration": False})
    assert made["self_registration"] is False
    refused(owner.call("PATCH", TYPES + name, json={"self_registration": "no"}), "self_registration")
    answer = register(campus, new_name("v"), name)
    assert answer.json()["user_type"] == [f'"{name}" is not a valid choice.']
    parent = owner.get("/api/me/")["id"]
    person = member_of(campus, "CUSTOMER_USER", parent_customer_id=parent).get("/api/me/")["id"]
    given = owner.call("PATCH", f"/api/v1/auth/users/{person}/", json={"user_type": name})
    assert (given.status_code, given.json().get("user_type")) == (200, name), given.text
    assert owner.call("PATCH", TYPES + name, json={"fields": []}).json()["self_registration"] is False
    assert owner.call("PUT", TYPES + name, json={}).json()["self_registration"] is True
    assert register(campus, new_name("v"), name).status_code == 201


def test_a_file_is_applied_at_every_start(campus, types_file):
    owner = operator_of(campus)
    staff = member_of(campus, "staff", employee_id="E-9")
    text = CAMPUS.read_text()

    def restart(contents: str) -> None:
        types_file.write_text(contents)
        campus.terminate("api-1")
        campus.start("api-1")

    try:
        # Not there any more: what nobody has goes, what somebody has stays.
        owner.post(TYPES, {"name": "guest"})
        restart(
            text[: text.index("  - name: staff")].replace(
                "gpa, kind: decimal, decimals: 2", "gpa, kind: decimal, decimals: 3"
            )
        )
        assert staff.get(PROFILE)["staff_profile"]["employee_id"] == "E-9"
        assert "the user type staff is in the file no more, and stays because accounts have it" in campus.log("api-1")
        gpa = next(f for f in owner.get(TYPES + "student/")["fields"] if f["name"] == "gpa")
        assert gpa["decimals"] == 3
        assert owner.get(TYPES + "guest/")["source"] == "api"
        # What the API changed is not changed back.
        assert owner.call("PATCH", TYPES + "student/", json={"flag": "studies"}).status_code == 200
        restart(text)
        assert owner.get(TYPES + "student/")["flag"] == "studies"
        assert "the user type student was changed by the API" in campus.log("api-1")
        # A file that does not go together with that is not applied, and the pod serves what is stored.
        restart(text.replace("name: major", "name: studies").replace("is_staff_member", "is_guest"))
        for fault in (
            'shared_fields[1].name: "studies" is the flag of type student already.',
            'the user type staff: types[1].flag: "is_guest" is the flag of type guest already.',
        ):
            assert f"the file of user types is not applied: {fault}" in campus.log("api-1")
        assert owner.get(TYPES + "student/")["flag"] == "studies"
        assert owner.get(TYPES + "staff/")["flag"] == "is_staff_member"
    finally:
        types_file.write_text(text)
        campus.start("api-1")
        owner.call("PATCH", TYPES + "student/", json={"flag": "is_student"})
        owner.call("DELETE", TYPES + "guest/")


def test_a_bad_file_stops_the_start_with_its_line(tmp_path):
    program = str(paths.bin_dir() / "voltlane-api")
    bad = tmp_path / "bad.yaml"
    bad.write_text("types:\n  - name: student\n    fields:\n      - name: gpa\n        kind: float\n")
    fault = 'line 5: types[0].fields[0].kind: "float" is not a valid choice.'
    checked = subprocess.run([program, "--check-user-types", str(bad)], capture_output=True, text=True, timeout=20)
    assert (checked.returncode, checked.stderr) == (2, f"{bad}: {fault}\n")
    good = subprocess.run([program, "--check-user-types", str(CAMPUS)], capture_output=True, text=True, timeout=20)
    assert (good.returncode, good.stderr) == (0, "")
    for file, said in ((bad, fault), (tmp_path / "none.yaml", "cannot be read")):
        command = [program, "--user-types-file", str(file), "--database-url", "postgresql://nobody@127.0.0.1:1/none"]
        command += ["--jwt-key", "x" * 32, "--api-listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"]
        command += ["--log-format", "text"]
        started = subprocess.run(command, capture_output=True, text=True, timeout=20)
        assert started.returncode == 2
        assert f"{file}: {said}" in started.stdout + started.stderr
