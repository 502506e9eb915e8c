"""The slice of Azure Resource Manager that the pattern needs, a file for each resource type.

`service` checks token, subscription, address, version, right and group; `routes` is the table of addresses; a handler
takes a `Call` and returns a `Reply` or raises `RefusedError`. `state` is what ARM remembers by itself, plain data.

May import: `azure.directory`, `azure.assignments`, `azure.eventgrid`, `azure.keyvault.vaults` and what is below them.
Must stay out: the data plane's decisions. A new resource type gets a file with its ROUTES, and a line in `routes` and
`providers`.
"""
