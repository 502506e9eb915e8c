from keyferry.lab.azure.keyvault import operations
from keyferry.lab.azure.keyvault.rights import Operation


def test_every_operation_is_done() -> None:
    assert set(operations._OPERATIONS) == set(Operation)
