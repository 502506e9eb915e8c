"""Event Grid for vaults: who subscribed, which events that gives, and when each is delivered where. Pure.

Lives here: `definition` and `reading` (what a subscription says), `events` and `envelope` (what is told, in which
form), `handshake`, `outbox` and `retry` (how it gets there), `grid` (all of it as one state machine). May import:
`azure.sources`, `azure.keyvault.vault` and `news`, `lab.world`. Must stay out: HTTP itself, which is in
`lab.serve.events`, and ARM's addresses, which are in `azure.arm.event_grid`.
"""
