"""Both halves of the provider protocol: other vendors' providers asked, and ours served to another driver.

The protocol is that of the Secrets Store CSI driver, `v1alpha1.CSIDriverProvider`.
"""
