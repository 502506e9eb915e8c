from keyferry.model.identity import ClientId, ServiceAccountRef, TenantId, WorkloadIdentity


def test_the_subject_repeats_namespace_and_name_to_the_letter() -> None:
    identity = WorkloadIdentity(
        tenant_id=TenantId("t"),
        client_id=ClientId("c"),
        service_account=ServiceAccountRef(namespace="Payments", name="api"),
        authority_host="https://login.microsoftonline.com",
        audiences=("api://AzureADTokenExchange",),
    )
    assert identity.subject == "system:serviceaccount:Payments:api"
    assert str(identity.service_account) == "Payments/api"
