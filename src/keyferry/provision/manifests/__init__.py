"""Manifests of an estate's sites: the objects, as plain YAML, as a Kustomize base with overlays, as Helm values.

Pure. May import: spec, advice, provision's own outputs and tree.
"""
