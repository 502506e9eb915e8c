"""Writing into Key Vault: secrets, certificates, keys, by the vendor's clients and in the lanes that reads go through.

Lives here: what to write (`wish`), the forms that the vault takes (`material`), whether a write is due (`choice`), the
requests (`desks`) and their order (`writer`). May import: the rest of vault, identity, model. Must stay out: Kubernetes
and any way for a value that the vault holds to come back: what is there is compared here, and its verdict returned.
"""
