"""Kubernetes in general: a client and a controller runtime. Knows none of keyferry's kinds.

`wire` turns bytes into types and back (pure), `controller` holds queue, backoff, store, loop and lease; `client` and
`watch` are the only modules that speak to an API server. May import: runtime, model, aiohttp, msgspec.
"""
