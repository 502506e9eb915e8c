"""Restart on change: workloads whose Secret or mounted class changed → a rolling restart.

Lives here: which workloads ask for it (annotations of keyferry's and of Reloader's), what they use, whether that
changed since their last roll, and the budget of rolls in a namespace. May import: kube, spec and below. Must stay out:
sync and mount, whose work is seen here through the cluster alone, and secret values, of which only marks are kept.
"""
