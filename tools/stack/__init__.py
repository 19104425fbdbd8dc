"""The parts of a running Voltlane on one machine: what ./dev and the tests start, watch and stop."""
