"""A Kubernetes API server as functions from a request and an instant to a response. Pure.

`apiserver.ApiServer` is the way in. A request is read (`requests`), its sender known and judged (`access`), and a verb
carried out (`verbs`) on objects (`storage`) of a kind (`resources`: `builtin`, or defined by users, `crds`); what that
begins, `controllers` finish. `tables` prints for kubectl, `discovery` tells what is served. Beside them are the formats
and rules that stand alone: `patches`, `managed_fields`, `protobuf`, `schemas`, `tokens`, `authorization`, `garbage`.

May import: `lab.world`, libraries for cryptography, tokens, protobuf and regular expressions. Must stay out: sockets,
clocks, files, and every other keyferry package.
"""
