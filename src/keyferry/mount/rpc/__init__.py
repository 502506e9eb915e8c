"""gRPC as the node plugin speaks it: the CSI services, kubelet's registration, and what all sockets of ours share.

Lives here: requests checked and turned into types of our own, services as tables of methods, errors as codes and texts,
logs without values. Must stay out: what a call does.
"""
