"""The instance metadata service: lends a machine's managed identities to whoever runs there, and describes the machine.

Lives here: the token endpoint, which identity a request means, the instance's document, the service's own errors.
May import: `azure.directory`, `azure.access_tokens`, `entra`'s grants and lifetimes. Must stay out: vaults and ARM.
"""
