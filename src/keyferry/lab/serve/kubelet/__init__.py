"""The lab's kubelets: files, sockets and processes around the decisions in `lab.kubernetes.kubelet`.

`kubelet.Kubelet` is one node; `lab.serve.lab` starts them. A kubelet is a client of the API server like any other, with
a token of its own, and meets drivers by the plugin-registration protocol and CSI alone: it knows none of them.
May import: grpcio, `lab.kubernetes.kubelet`, `lab.kubernetes.kubelets`, `lab.kubernetes.objects` and `.status`,
`lab.world.http`. Must stay out: the API server's storage, and every other keyferry package.
"""
