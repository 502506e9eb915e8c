"""A Kubernetes API server as functions from a request and an instant to a response. Pure.

`apiserver.ApiServer` is the way in. A request is read (`requests`), its sender known and judged (`access`), and a verb
carried out (`verbs`) on objects (`storage`) of a kind (`resources`: `builtin`, or defined by users, `crds`); what that
begins, `controllers` finish. `scheduling` gives pods a node, `replication` makes them for Deployments and their like;
both write as clients (`loopback`) and tell in events (`recorder`). What a node does with its pods is decided in
`kubelet`, which nothing here calls; `kubelets` is how the server asks for logs. `tables` prints for kubectl,
`discovery` tells what is served. Beside them are the formats and rules that stand alone: `patches`, `managed_fields`,
`protobuf`, `schemas`, `tokens`, `authorization`, `garbage`, `graceful`, `conditions`.

May import: `lab.world`, libraries for cryptography, tokens, protobuf and regular expressions. Must stay out: sockets,
clocks, files, and every other keyferry package.
"""
