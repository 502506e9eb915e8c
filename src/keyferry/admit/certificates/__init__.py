"""The webhook's certificate: taken from files or made by the webhook itself, shown in TLS, and trusted by API servers.

`plan`, `held`, `pairs` and `registrations` decide and translate (pure); `issuing` makes keys; `observe` and `apply`
speak to the cluster; `shown` is the TLS side, `folder` and `own` the two sources, `keeper` what `admit.run` holds.
`glance` reads files without x509, which is loaded where a certificate is made, or is an odd one.
May import: kube and below. Must stay out: reviews and what is answered to them.
"""
