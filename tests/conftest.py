"""Every test may ask for a stack: see support/fixtures.py."""

pytest_plugins = ["support.fixtures"]
