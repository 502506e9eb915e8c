"""Admission webhooks: which of them are asked about a write, what they are asked, and what their answers mean.

Called by `verbs`. A review is a generator: it yields what is to be asked and is sent what was heard. May import:
`resources`, `storage`, `access.users`, `patches`, `objects`, `status`. Must stay out: `verbs`, sockets.
Source: https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/ and the messages of
`k8s.io/apiserver/pkg/admission/plugin/webhook`.
"""
