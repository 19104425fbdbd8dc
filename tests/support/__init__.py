"""What the tests of the whole system share: running stacks and the clients to talk to them."""
