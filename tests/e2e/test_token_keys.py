"""Keys of tokens: other algorithms, and their exchange without logging anybody out."""

import subprocess
from pathlib import Path

import pytest

from support.logins import Client, part


def key_pair(folder: Path, algorithm: str) -> Path:
    """A private key's file; its public key's is beside it, with .pub."""
    file = folder / f"{algorithm}.pem"
    kind = {"RS256": ["RSA", "rsa_keygen_bits:2048"], "ES256": ["EC", "ec_paramgen_curve:P-256"]}[algorithm]
    subprocess.run(
        ["openssl", "genpkey", "-algorithm", kind[0], "-pkeyopt", kind[1], "-out", file],
        check=True,
        capture_output=True,
    )
    subprocess.run(["openssl", "pkey", "-in", file, "-pubout", "-out", f"{file}.pub"], check=True, capture_output=True)
    return file


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_other_algorithms(private_stack, tmp_path, algorithm):
    settings = {"VOLTLANE_JWT_ALGORITHM": algorithm, "VOLTLANE_JWT_KEY_FILE": str(key_pair(tmp_path, algorithm))}
    stack = private_stack(gateways=1, workers=1, apis=2, settings={"api": settings})
    client = Client(stack)
    made = client.open()
    assert part(made["access"], 0)["alg"] == algorithm
    assert client.get("users/me/", made["access"], pod=2).status_code == 200
    second = client.rotated(made["refresh"], pod=2)
    again = client.rotated(made["refresh"], pod=1)
    for name in ("access", "refresh"):  # the same tokens; an ES256 signature is never the same
        assert part(again[name], 1) == part(second[name], 1)
        assert algorithm == "ES256" or again[name] == second[name]
    third = client.rotated(again["refresh"], pod=2)
    assert client.get("users/me/", third["access"]).status_code == 200


def test_keys_are_exchanged_and_nobody_is_logged_out(private_stack, tmp_path):
    """Each step of the rollout, one pod after the other, with clients on both pods all the while."""
    stack = private_stack(gateways=1, workers=1, apis=2)
    old, new = stack.stack.state.jwt_key, "n" * 64
    ec = key_pair(tmp_path, "ES256")
    client = Client(stack)
    held = client.open(client_type="website")
    kids = []
    steps = [
        {"VOLTLANE_JWT_KEY": old, "VOLTLANE_JWT_PREVIOUS_KEYS": new},
        {"VOLTLANE_JWT_KEY": new, "VOLTLANE_JWT_PREVIOUS_KEYS": old},
        {"VOLTLANE_JWT_KEY": new, "VOLTLANE_JWT_PREVIOUS_KEYS": old, "VOLTLANE_JWT_PREVIOUS_KEY_FILES": f"{ec}.pub"},
        {"VOLTLANE_JWT_KEY": new, "VOLTLANE_JWT_ALGORITHM": "ES256", "VOLTLANE_JWT_KEY_FILE": str(ec)},
    ]
    for step in steps:
        for pod in (1, 2):
            stack.stack.services.settings[f"api-{pod}"] = step
            stack.terminate(f"api-{pod}")
            stack.start(f"api-{pod}")
            for signing in (2, 1):
                held = client.rotated(held["refresh"], pod=signing)
                for reading in (1, 2):
                    assert client.get("users/me/", held["access"], pod=reading).status_code == 200
                    assert client.plain_refresh(held["refresh"], pod=reading).status_code == 200
                kids.append(part(held["access"], 0)["kid"])
    assert len(set(kids)) == 3
    # The key that is gone is gone.
    stack.stack.services.settings["api-1"] = {"VOLTLANE_JWT_KEY": "m" * 64}
    stack.terminate("api-1")
    stack.start("api-1")
    assert client.get("users/me/", held["access"]).json()["code"] == "token_not_valid"


def test_a_pod_without_its_key_does_not_start(private_stack):
    stack = private_stack(gateways=1, workers=1, apis=1)
    stack.terminate("api-1")
    stack.stack.services.settings["api-1"] = {"VOLTLANE_JWT_ALGORITHM": "RS256"}
    with pytest.raises(Exception, match="api-1"):
        stack.start("api-1")
    assert "jwt-key-file: is required with RS256" in stack.log("api-1")
