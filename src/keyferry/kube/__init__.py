"""Kubernetes in general: a client and a controller runtime. Knows none of keyferry's kinds.

`wire` turns bytes into types and back (pure). `config` finds the API server, `credentials` and `tls` are how
to reach it, `transport` sends, retries and translates refusals; `client` has the API's verbs and is what others call.
`watch` keeps a sink equal to a resource, `events` records events, and `controller` holds queue, backoff, store, loop
and leader election. May import: runtime, model, aiohttp, msgspec. Must stay out: any kind of object in particular.
"""
