"""Volumes on this node's disk and in its memory: mounted, filled in one swap, remembered, taken away.

Lives here: system calls and files, confined to kubelet's folder. Must stay out: where the files come from.
"""
