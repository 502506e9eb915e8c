"""keyferry.yaml, kind `Estate`: one file that says each fact of a team's identities, vaults and sites once.

Lives here: its fields, the frozen types they become, what is checked before anything is made of them, and the rule that
chooses between files and a Secret. May import: model and the rest of spec. Must stay out: reading files, and what is
rendered from an estate (`keyferry.provision`).
"""
