"""Terraform for an estate: its root module and inputs (pure), and `terraform` or `tofu` run on them.

The modules themselves are HCL, in deploy/terraform/modules. May import: spec, provision's own outputs and tree. Must
stay out: values of secrets, in inputs as in outputs.
"""
