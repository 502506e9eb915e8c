"""ClusterExternalSecret and ClusterPushSecret: one object, for each of many namespaces.

observe   what the caches hold: the object, namespaces, children        plan, child, told (pure)  what to write, and
apply     one API call for each action                                  what the status says of it
reconciler, wakes, part   one pass; who wakes it; the part of a process. The children are reconciled as any other.
"""
