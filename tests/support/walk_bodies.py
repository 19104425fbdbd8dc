"""Requests that are right, for walking the API."""

import asyncio
from collections.abc import Callable

from .chargers import Charger, instant
from .tenants import PASSWORD, Tenant, new_name

PRICES = {"price_per_kwh": "0.270", "price_per_hour": "1.20"}

# Bodies that are right, for calls whose path names nothing.
EXAMPLES = {
    "decideApproval": {"approve": True},
    "setUserPrice": {"email": "nobody@example.com"} | PRICES,
    "setTypePrice": {"user_type": "CUSTOMER"} | PRICES,
    "addGrant": {"email": "nobody@example.com"},
    "giveCommand": {"action": "ClearCache"},
    "reviewSession": {"action": "accept"},
    "replaceUserType": {"fields": []},
    "changeUserType": {"fields": []},
}


def account(name: str, **more) -> dict:
    fields = {"username": name, "email": f"{name}@example.com", "full_name": "Test Person"}
    return fields | {"password": PASSWORD, "password2": PASSWORD} | more


def registration(name: str, **more) -> dict:
    fields = {"username": name, "email": f"{name}@example.com", "first_name": "Test", "last_name": "Person"}
    return fields | {"password": PASSWORD, "confirm_password": PASSWORD, "user_type": "CUSTOMER"} | more


def outage_bodies(owner: Tenant) -> dict[str, dict]:
    """Bodies that are right as far as can be told without a database."""
    credentials = {"username": owner.username, "password": PASSWORD}
    tokens = {"refresh": owner.login["refresh"]}
    link = {"uid": "MQ", "token": "x" * 32}
    return {
        "signUp": account(new_name("walker")),
        "registerAccount": registration(new_name("walker")),
        "logIn": credentials,
        "obtainTokens": credentials,
        "refresh": tokens,
        "refreshToken": tokens,
        "logOut": tokens,
        "verifyToken": {"token": owner.login["access"]},
        "verifyEmailByBody": link,
        "resendVerification": {"email": owner.email},
        "resetPassword": {"email": owner.email},
        "confirmPasswordReset": link | {"new_password": "another-Passw0rd"},
        "acceptInvitation": link,
    }


# Routes that look for the object before they look at the caller: whoever calls gets 404 for what is not there.
LOOKS_FIRST = {
    "activateUser",
    "changeChargePoint",
    "changeUser",
    "closeSession",
    "deactivateUser",
    "decideApproval",
    "deleteChargePoint",
    "giveCommand",
    "reviewSession",
}


async def charge(stack, owner: Tenant, act: Callable[[], None], drive: Callable[[], None]) -> None:
    """A connected charger with an open session while `act` runs, and an ended one while `drive` does."""
    async with Charger(stack.charger_url(owner, "WALK")) as charger:
        await charger.boot()
        await charger.await_tag("WALKTAG")
        start = await charger.start("WALKTAG", instant(ago=60))
        await charger.meter(start["transactionId"], instant(ago=30), 1500)
        await asyncio.to_thread(act)
        await charger.stop(start["transactionId"], instant(ago=5), 3000)
        await asyncio.to_thread(drive)
