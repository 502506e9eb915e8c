"""What a kubelet decides, as functions of values: paths, calls of drivers, statuses, events, the content of volumes.

`lab.serve.kubelet` acts on it. May import: `lab.kubernetes.objects`. Must stay out: files, sockets, processes, clocks,
and the API server's own storage: a kubelet is one of its clients.
"""
