"""The loops that make pods: ReplicaSets, Deployments, StatefulSets, DaemonSets.

Each is a reconciler, `sync(owner, now)`, which compares what there is with what is wished for; `loop` calls it when one
of both changes. They write through `loopback`, as their real counterparts do through the API. May import: `loopback`,
`recorder`, `storage`, `objects`, `conditions`, `scheduling`. Must stay out: what happens on a node.
"""
