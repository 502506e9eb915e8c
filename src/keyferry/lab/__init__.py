"""Azure and Kubernetes in miniature, on loopback: the world outside keyferry, strict enough to learn from.

Lives here: `world` (HTTP types, clock, faults), `azure` and `kubernetes` (what the services do, pure), `serve` (sockets
and TLS around them). May import: third-party libraries alone. Must stay out: every other keyferry package, because the
lab and the product are two readings of one specification that meet on a socket.
"""
