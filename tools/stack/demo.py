"""The demo tenant, made only once: its operator by voltlane-admin, all else through the public REST API."""

import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Callable

from . import paths
from .errors import Failure
from .state import State

IDLE_SCENARIO = paths.ROOT / "src" / "simulator" / "scenarios" / "idle.yaml"
USER, DRIVER = "demo", "driver"
TAGS = ("DEMO-TAG-1", "DEMO-TAG-2", "DEMO-TAG-3")
CREATED_AHEAD = 20  # chargers beyond these register themselves when they dial in, as a tenant's usually do

# Where the first chargers stand: (location, lat, lon, price per kWh, price per hour).
PLACES = (
    ("Bern, Bahnhofplatz", "46.948800", "7.439100", "0.450", "1.200"),
    ("Zürich, Hardbrücke", "47.385100", "8.517200", "0.520", "1.500"),
    ("Lausanne, Gare", "46.516800", "6.629100", "0.480", "0.000"),
    ("Basel, Messe", "47.563100", "7.598800", "0.390", "2.000"),
)


class Api:
    """As much of a REST client as a demo needs. Every answer is (status, parsed body)."""

    def __init__(self, base: str, token: str | None = None):
        self.base, self.token = base, token

    def call(self, method: str, path: str, body: dict | None = None) -> tuple[int, object]:
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status, _parsed(response.read())
        except urllib.error.HTTPError as error:
            return error.code, _parsed(error.read())
        except OSError as error:
            raise Failure(f"The API at {self.base} does not answer: {error}.") from None

    def login(self, user: str, password: str) -> bool:
        status, answer = self.call("POST", "/api/auth/login/", {"username": user, "password": password})
        if status == 200:
            self.token = answer["access"]
        return status == 200


def prepare(state: State, admin: Callable[..., str]) -> None:
    """Makes what is missing of the demo tenant and notes its user, password and address in the state. admin: runs
    voltlane-admin."""
    state.user = state.user or USER
    state.password = state.password or secrets.token_urlsafe(12)
    api = Api(state.api_urls[0])
    if not api.login(state.user, state.password):
        _make_operator(admin, state.user, state.password)
        _sign_up(api, DRIVER, "Demo Driver", "user", state.password)
        if not api.login(state.user, state.password):
            raise Failure("The demo user cannot log in; ./dev down --wipe starts afresh.")
    status, me = api.call("GET", "/api/me/")
    if status != 200 or not me.get("tenant_ws"):
        raise Failure(f"The demo user has no tenant (GET /api/me/ answered {status}).")
    state.tenant_ws = me["tenant_ws"]
    _id_tags(api)
    _charge_points(api, min(state.chargers, CREATED_AHEAD))


def token(state: State) -> str:
    """An access token of the demo user."""
    if state.user is None:
        raise Failure("This stack has no demo user (it was started with --empty).")
    api = Api(state.api_urls[0])
    if not api.login(state.user, state.password):
        raise Failure("The demo user cannot log in.")
    return api.token


def own_charger(tenant_ws: str) -> str:
    """The command that connects one more charger, named MINE-1, which charges only when it is told to."""
    sim = paths.bin_dir().relative_to(paths.ROOT) / "voltlane-sim"
    scenario = IDLE_SCENARIO.relative_to(paths.ROOT)
    return f"{sim} --url {tenant_ws} --chargers 1 --prefix MINE --seed 2 --scenario {scenario}"


def remote_start(api: str, token_command: str) -> str:
    """The command that starts charging at that charger."""
    body = '{"action":"RemoteStartTransaction","params":{"idTag":"DEMO-TAG-1","connectorId":1}}'
    return (
        f"curl -s '{api}/api/charge-points/MINE-1/command/?wait=10' -H 'Content-Type: application/json' "
        f"-H \"Authorization: Bearer $({token_command})\" -d '{body}'"
    )


def _make_operator(admin: Callable[..., str], user: str, password: str) -> None:
    """A tenant's first super_admin, who may also change what the deployment shares (user types)."""
    options = {"role": "super_admin", "username": user, "email": f"{user}@example.com", "full-name": "Demo Operator"}
    options["password-env"] = "VOLTLANE_NEW_PASSWORD"
    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    admin("user", "create", "--operator", *arguments, secrets={"VOLTLANE_NEW_PASSWORD": password})


def _sign_up(api: Api, user: str, full_name: str, role: str, password: str) -> None:
    account = {"username": user, "email": f"{user}@example.com", "full_name": full_name, "role": role}
    account |= {"password": password, "password2": password}
    status, answer = api.call("POST", "/api/auth/signup/", account)
    if status != 201:
        raise Failure(f"The {user} account cannot be made: signup answered {status} {answer}.")


def _id_tags(api: Api) -> None:
    status, known = api.call("GET", "/api/id-tags/")
    rows = known.get("results", []) if isinstance(known, dict) else known
    there = {row["id_tag"] for row in rows} if status == 200 else set()
    for number, tag in enumerate(TAGS):
        if tag not in there:
            owner = {"user_email": f"{DRIVER}@example.com"} if number == 0 else {}
            _created(api, "/api/id-tags/", {"id_tag": tag, "status": "Accepted"} | owner)


def _charge_points(api: Api, count: int) -> None:
    status, known = api.call("GET", "/api/charge-points/")
    there = {row["id"] for row in known} if status == 200 else set()
    for number in range(1, count + 1):
        name = charger_id(number)
        if name not in there:
            location, lat, lng, per_kwh, per_hour = PLACES[(number - 1) % len(PLACES)]
            point = {"id": name, "name": f"Demo {number}", "location": location, "lat": lat, "lng": lng}
            point |= {"price_per_kwh": per_kwh, "price_per_hour": per_hour}
            _created(api, "/api/charge-points/", point)


def charger_id(number: int) -> str:
    """The id that voltlane-sim gives its charger of that number (from 1) with --prefix DEMO."""
    return f"DEMO-{number}"


def _created(api: Api, path: str, body: dict) -> None:
    status, answer = api.call("POST", path, body)
    if status != 201:
        raise Failure(f"The demo cannot be prepared: POST {path} answered {status} {answer}.")


def _parsed(body: bytes) -> object:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return body.decode(errors="replace")
