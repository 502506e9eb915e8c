"""Reads the protobuf bodies that kubectl posts: `decode.decode`.

Lives here: `.proto` files of our own with the published field numbers of the messages that `kubectl create`,
`create token` and `auth can-i` send, the stubs made from them (`tests/static/protobuf.py` makes them again), and the
way from a message to Kubernetes' JSON. Our files are proto3: `optional` marks the fields that are pointers in
Kubernetes, where a zero means something; every other zero is the absence of a value.
May import: google.protobuf. Must stay out: what the objects mean.

Field numbers: the `generated.proto` files of https://github.com/kubernetes/api and /apimachinery.
"""
