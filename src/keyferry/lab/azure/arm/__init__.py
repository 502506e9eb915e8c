"""The slice of Azure Resource Manager that the pattern needs: identities, federated credentials, role assignments.

May import: `azure.directory`, `azure.assignments`, `azure.access_tokens` and below, and the types of vaults. Must stay
out: the data plane's decisions. Later kinds of resource get a file each and a line in `service`.
"""
