"""keyferry.spec.estate.fields.vaults"""

from keyferry.spec.estate.fields import vaults


def test_what_only_a_new_vault_has_needs_no_default() -> None:
    """With one, nobody could tell whether it was written beside `existing`."""
    of_new = set(vaults.VAULT.fields) - {"name", "existing"}
    assert [name for name in of_new if getattr(vaults.VAULT.fields[name], "default", None) is not None] == []
