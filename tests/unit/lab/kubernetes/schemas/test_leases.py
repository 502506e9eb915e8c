from keyferry.lab.kubernetes.schemas import leases


def test_a_lease_has_a_holder_and_a_renewal() -> None:
    assert {"holderIdentity", "renewTime"} <= leases.LEASE["properties"]["spec"]["properties"].keys()
