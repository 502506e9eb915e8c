"""What the node plugin reads and writes in the cluster: classes, pod statuses, events, and Secrets made of files.

Must stay out: where values come from, and volumes.
"""
