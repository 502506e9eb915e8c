from keyferry.sync import kinds


def test_the_kinds_are_external_secrets_own() -> None:
    assert str(kinds.EXTERNAL_SECRETS) == "externalsecrets.external-secrets.io"
    assert str(kinds.SECRET_STORES) == "secretstores.external-secrets.io"
    assert kinds.EXTERNAL_SECRETS.api_version == "external-secrets.io/v1"
