"""The control loops that an API server is hardly one without: they see every change and finish what it began.

Here: namespaces, default ServiceAccounts, CustomResourceDefinitions, garbage collection. May import: `storage`,
`lifecycle`, `crds`, `garbage`. Must stay out: HTTP; workload controllers and the kubelet, which speak to the API.
"""
