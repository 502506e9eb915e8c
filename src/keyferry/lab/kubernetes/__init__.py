"""A Kubernetes API server as functions from a request and an instant to a response. Pure.

May import: `lab.world`, libraries for cryptography, tokens and protobuf. Must stay out: sockets, clocks, files.
"""
