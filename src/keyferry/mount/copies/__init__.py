"""The node's last good copies: sealed for the identity that read them, kept in files of the plugin's own folder.

Must stay out: when a copy may serve, which is azure.copies' to decide.
"""
