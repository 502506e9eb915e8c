from keyferry.model import wellknown


def test_the_literals_that_other_products_share_never_change() -> None:
    assert wellknown.TOKEN_AUDIENCE == "api://AzureADTokenExchange"
    assert wellknown.CLIENT_ID_ANNOTATION == "azure.workload.identity/client-id"
    assert wellknown.MANAGED_LABEL == "reconcile.external-secrets.io/managed"
    assert wellknown.CREATED_BY_LABEL == "reconcile.external-secrets.io/created-by"
    assert wellknown.DATA_HASH_ANNOTATION == "reconcile.external-secrets.io/data-hash"
    assert wellknown.USABLE_FROM_ANNOTATION == "keyferry.io/usable-from"
