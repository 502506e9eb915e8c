"""An estate → Terraform, manifests and the install; and what was made → what is still to render.

Lives here: `intake` (the estate's files read and joined), `terraform` (its root module and inputs; running the tool),
`manifests` (per site, in three forms), `arm` (the same estate as ARM's requests, for the lab), `tree` and `writing`
(files replaced atomically, others left alone), `outputs` (what identities and vaults were made). May import: spec,
advice, identity and what is below. Must stay out: values of secrets; nothing here ever reads one.
"""
