"""Measurements of keyferry in the lab: `make bench` prints them, `bench/README.md` records them."""
