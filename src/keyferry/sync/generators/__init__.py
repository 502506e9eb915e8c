"""Makes up values, or fetches short-lived ones, at each refresh of an ExternalSecret or PushSecret. Keeps none of them.

passwords (pure)    characters by chance        identities (pure)  as whom a registry is asked
registry, logins    a login for a container registry, one request for a crowd
generate            finds the generator that a reference means, and asks it
"""
