"""Who knows nothing says so."""

from keyferry.advice.surroundings import Nothing


def test_nothing_is_known_of_one_document_alone() -> None:
    nothing = Nothing()
    assert nothing.account("apps", "reader") is None
    assert not nothing.accounts("apps")
    assert not nothing.knows_accounts
    assert not nothing.subjects
    assert nothing.secret_owner("apps", "db") == ""
    assert nothing.refreshes("apps", "store", "SecretStore") is None
    assert nothing.homes("SecretProviderClass", "db") == frozenset()
