"""What makes a controller of callbacks: store, work queue, backoff, worker loop, leader election.

`queue`, `backoff` and `election` decide and are pure; `loop` and `lease` act on what they decide. May import:
kube.wire, kube.client, runtime, model. Must stay out: any kind of object in particular.
"""
