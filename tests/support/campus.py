"""A deployment of a campus: the user types of the contract, and accounts of them."""

from pathlib import Path

import httpx
import pytest

from stack import paths

from .tenants import PASSWORD, Tenant, User, new_name

CAMPUS = paths.ROOT / "deploy" / "user-types.campus.yaml"


@pytest.fixture(scope="module")
def types_file(tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("types") / "campus.yaml"
    file.write_text(CAMPUS.read_text())
    return file


@pytest.fixture(scope="module")
def campus(module_stack, types_file):
    """Two API pods of a campus."""
    return module_stack(gateways=1, workers=1, settings={"api": {"VOLTLANE_USER_TYPES_FILE": str(types_file)}})


def operator_of(stack) -> Tenant:
    """A tenant whose super_admin may change the deployment's user types."""
    tenant = stack.tenant()
    stack.sql("update accounts set is_operator = true where username = %s returning id", tenant.username)
    return tenant


def register(stack, name: str, user_type: str, **fields) -> httpx.Response:
    person = {"first_name": "Ada", "last_name": "King", "birthday": "2000-02-29", "gender": "f"}
    account = {"username": name, "email": f"{name}@example.com", "user_type": user_type}
    account |= {"password": PASSWORD, "confirm_password": PASSWORD} | person | fields
    return httpx.post(f"{stack.api_url()}/api/auth/register/", json=account, timeout=30)


def member_of(stack, user_type: str, **fields) -> User:
    """A registered and verified account of that type, logged in."""
    user = User(stack.api_url(), new_name("campus"))
    answer = register(stack, user.username, user_type, **fields)
    assert answer.status_code == 201, answer.text
    stack.sql(
        "update accounts set email_verified = true, is_approved = true, "
        "tenant_id = (select tenant_id from accounts p where p.id = accounts.parent_id) "
        "where username = %s returning id",
        user.username,
    )
    return user.log_in()


def refused(answer, *fields: str) -> dict:
    assert answer.status_code == 400, answer.text
    assert set(answer.json()) == set(fields), answer.text
    assert all(isinstance(message, str) for messages in answer.json().values() for message in messages)
    return answer.json()
