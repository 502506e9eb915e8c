"""An estate as requests of Azure Resource Manager, in an order in which each finds what it needs; and their answers.

Pure but for `sending`. `keyferry lab --estate` brings the lab's Azure up with them; in the cloud Terraform does it.
May import: spec, identity, provision's own outputs.
"""
