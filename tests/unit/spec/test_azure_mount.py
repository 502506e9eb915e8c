from contextlib import suppress

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from keyferry.model.errors import SpecError, Where
from keyferry.spec import azure_mount, secret_provider_class
from keyferry.spec.azure_mount import AzureMount, MountAuth, MountObject
from keyferry.spec.problems import InvalidDocument

TENANT = "99999999-9999-4999-8999-999999999999"
CLIENT = "33333333-3333-4333-8333-333333333333"
OBJECTS = "array:\n  - |\n    objectName: db-password\n    objectType: secret\n"
GOOD = {"keyvaultName": "myapp-kv", "tenantID": TENANT, "objects": OBJECTS, "clientID": CLIENT}
WHERE = Where(kind="SecretProviderClass", namespace="production", name="myapp-secrets")
RESOURCE = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/kv"


def parse(**changes: str | None) -> AzureMount:
    """Parse the good parameters with changes; None removes one."""
    parameters = {name: value for name, value in (GOOD | changes).items() if value is not None}
    return azure_mount.parse(parameters, where=WHERE)


def problems_of(**changes: str | None) -> list[str]:
    with pytest.raises(InvalidDocument) as caught:
        parse(**changes)
    assert caught.value.what == "SecretProviderClass production/myapp-secrets is invalid"
    assert all(problem.remedy for problem in caught.value.problems)
    return [str(problem) for problem in caught.value.problems]


def test_reads_what_a_class_says() -> None:
    read = parse()
    assert (read.vault_name, read.tenant_id, read.client_id) == ("myapp-kv", TENANT, CLIENT)
    assert (read.auth, read.user_assigned_identity_id) == (MountAuth.WORKLOAD_IDENTITY, "")
    assert (read.cloud, read.cloud_file, read.ignored) == ("", "", ())
    (mounted,) = read.objects
    assert isinstance(mounted, MountObject)
    assert (mounted.name, mounted.version) == ("db-password", azure_mount.LATEST)


def test_ids_and_names_have_one_form() -> None:
    read = parse(keyvaultName="  MyApp-KV\n", tenantID=TENANT.replace("9", "A"), clientID=f" {CLIENT} ")
    assert (read.vault_name, read.tenant_id, read.client_id) == ("myapp-kv", TENANT.replace("9", "a"), CLIENT)


@pytest.mark.parametrize(
    ("changes", "auth", "client", "assigned"),
    [
        pytest.param({}, MountAuth.WORKLOAD_IDENTITY, CLIENT, "", id="client-id-alone"),
        pytest.param({"usePodIdentity": "false"}, MountAuth.WORKLOAD_IDENTITY, CLIENT, "", id="pod-identity-off"),
        pytest.param({"clientID": None}, MountAuth.SERVICE_PRINCIPAL, "", "", id="nothing"),
        pytest.param({"clientID": " "}, MountAuth.SERVICE_PRINCIPAL, "", "", id="blank"),
        pytest.param({"usePodIdentity": "true"}, MountAuth.POD_IDENTITY, "", "", id="pod-identity"),
        pytest.param({"useAzureTokenProxy": "1"}, MountAuth.IDENTITY_BINDING, CLIENT, "", id="identity-binding"),
        pytest.param({"useVMManagedIdentity": "T"}, MountAuth.VM_MANAGED_IDENTITY, "", "", id="the-machines-own"),
        pytest.param(
            {"useVMManagedIdentity": "true", "userAssignedIdentityID": CLIENT.upper()},
            MountAuth.VM_MANAGED_IDENTITY, "", CLIENT, id="assigned-to-the-machine",
        ),
        pytest.param(
            {"useVMManagedIdentity": "true", "userAssignedIdentityID": RESOURCE},
            MountAuth.VM_MANAGED_IDENTITY, "", RESOURCE.lower(), id="by-resource-id",
        ),
        pytest.param(
            {"userAssignedIdentityID": "not used"}, MountAuth.WORKLOAD_IDENTITY, CLIENT, "", id="assigned-but-not-used"
        ),
        pytest.param(
            {"usePodIdentity": "true", "clientID": "not used"}, MountAuth.POD_IDENTITY, "", "", id="client-not-used"
        ),
    ],
)  # fmt: skip
def test_knows_how_a_mount_proves_who_asks(
    changes: dict[str, str | None], auth: MountAuth, client: str, assigned: str
) -> None:
    read = parse(**changes)
    assert (read.auth, read.client_id, read.user_assigned_identity_id) == (auth, client, assigned)


@pytest.mark.parametrize("text", ["1", "t", "T", "TRUE", "true", "True", " true "])
def test_reads_true_as_go_does(text: str) -> None:
    assert parse(usePodIdentity=text).auth is MountAuth.POD_IDENTITY


@pytest.mark.parametrize("text", ["", "0", "f", "F", "FALSE", "false", "False", " false "])
def test_reads_false_as_go_does(text: str) -> None:
    assert parse(usePodIdentity=text).auth is MountAuth.WORKLOAD_IDENTITY


@pytest.mark.parametrize("text", ["yes", "tRUE", "on", "2", "truefalse"])
@pytest.mark.parametrize("flag", ["usePodIdentity", "useVMManagedIdentity", "useAzureTokenProxy"])
def test_refuses_what_go_does_not_read(flag: str, text: str) -> None:
    assert problems_of(**{flag: text}) == [f'parameters.{flag}: "{text}" is neither true nor false']


@pytest.mark.parametrize(
    ("changes", "tenant"),
    [
        pytest.param({"tenantID": None, "tenantId": TENANT}, TENANT, id="older-spelling"),
        pytest.param({"tenantId": CLIENT}, TENANT, id="both"),
        pytest.param({"tenantID": " ", "tenantId": TENANT}, TENANT, id="the-newer-one-blank"),
        pytest.param({"tenantID": "Contoso.onmicrosoft.com"}, "contoso.onmicrosoft.com", id="domain"),
        pytest.param({"tenantID": "adfs"}, "adfs", id="ad-fs"),
    ],
)
def test_reads_the_tenant(changes: dict[str, str | None], tenant: str) -> None:
    assert parse(**changes).tenant_id == tenant


@pytest.mark.parametrize(
    ("name", "cloud"),
    [
        pytest.param(None, "", id="none"),
        pytest.param("  ", "", id="blank"),
        pytest.param("AzurePublicCloud", "AzurePublicCloud", id="public"),
        pytest.param("azurecloud", "AzurePublicCloud", id="azure-clis-name"),
        pytest.param("AZUREUSGOVERNMENT", "AzureUSGovernmentCloud", id="us-government-short"),
        pytest.param("AzureUSGovernmentCloud", "AzureUSGovernmentCloud", id="us-government"),
        pytest.param("azurechinacloud", "AzureChinaCloud", id="china"),
        pytest.param("AzureGermanCloud", "AzureGermanCloud", id="germany"),
        pytest.param("AzureStackCloud", "AzureStackCloud", id="own-cloud"),
    ],
)
def test_reads_the_cloud(name: str | None, cloud: str) -> None:
    read = parse(cloudName=name, cloudEnvFileName=" /etc/kubernetes/cloud.json ")
    assert (read.cloud, read.cloud_file) == (cloud, "/etc/kubernetes/cloud.json")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"keyvaultName": None}, "parameters.keyvaultName: is missing or empty", id="no-vault"),
        pytest.param({"keyvaultName": "kv"}, 'parameters.keyvaultName: "kv" is not the name of a vault', id="short"),
        pytest.param({"keyvaultName": "k" * 25}, "is not the name of a vault", id="long"),
        pytest.param({"keyvaultName": "my_kv"}, 'parameters.keyvaultName: "my_kv" is not', id="underscore"),
        pytest.param({"keyvaultName": "kvé"}, "is not the name of a vault", id="letter"),
        pytest.param({"tenantID": None}, "parameters.tenantID: is missing or empty", id="no-tenant"),
        pytest.param({"tenantID": "<tenant>"}, 'parameters.tenantID: "<tenant>" is neither', id="placeholder"),
        pytest.param({"tenantID": None, "tenantId": "x"}, 'parameters.tenantId: "x" is neither', id="older-tenant"),
        pytest.param({"clientID": "my-app"}, 'parameters.clientID: "my-app" is not a GUID', id="client"),
        pytest.param(
            {"clientID": None, "useAzureTokenProxy": "true"}, "parameters.clientID: is missing", id="binding-of-nobody"
        ),
        pytest.param(
            {"useVMManagedIdentity": "true", "userAssignedIdentityID": "kv"},
            'parameters.userAssignedIdentityID: "kv" is not the client id', id="assigned",
        ),
        pytest.param(
            {"usePodIdentity": "true", "useAzureTokenProxy": "true"},
            "parameters.usePodIdentity: useAzureTokenProxy and usePodIdentity are true", id="two-ways",
        ),
        pytest.param({"cloudName": "Azure"}, 'parameters.cloudName: "Azure" is not one of', id="cloud"),
        pytest.param({"objects": None}, "parameters.objects: is missing or empty", id="no-objects"),
        pytest.param({"objects": " \n"}, "parameters.objects: is missing or empty", id="blank-objects"),
        pytest.param({"objects": "array: []"}, "parameters.objects: names no objects", id="zero-objects"),
        pytest.param({"objects": "- a"}, "parameters.objects: must be a mapping", id="bare-list"),
    ],
)  # fmt: skip
def test_says_what_is_wrong(changes: dict[str, str | None], expected: str) -> None:
    (problem,) = problems_of(**changes)
    assert expected in problem


def test_says_everything_at_once() -> None:
    with pytest.raises(InvalidDocument) as caught:
        azure_mount.parse({"usePodIdentity": "yes", "cloudName": "x"}, where=WHERE)
    assert [problem.path for problem in caught.value.problems] == [
        "parameters.usePodIdentity",
        "parameters.keyvaultName",
        "parameters.tenantID",
        "parameters.cloudName",
        "parameters.objects",
    ]


@pytest.mark.parametrize(
    ("changes", "remedy"),
    [
        pytest.param({"keyvaultName": None, "keyVaultName": "kv1"}, "rename keyVaultName to keyvaultName", id="case"),
        pytest.param({"tenantID": None, "tenantid": "x"}, "rename tenantid to tenantID", id="tenant"),
        pytest.param({"objects": None, "object": "x"}, "rename object to objects", id="near"),
        pytest.param({"objects": None, "csi.storage.k8s.io/objects": "x"}, "add objects", id="kubelets-own"),
        pytest.param(
            {"keyvaultName": "https://KV1.vault.azure.net/"},
            "write its name alone, 3 to 24 letters, digits and hyphens, which is KV1", id="address",
        ),
    ],
)  # fmt: skip
def test_tells_the_way_out(changes: dict[str, str | None], remedy: str) -> None:
    with pytest.raises(InvalidDocument) as caught:
        parse(**changes)
    assert caught.value.remedy == remedy


def test_ignores_other_keys_and_knows_those_that_were_meant() -> None:
    read = parse(clientID=None, clientId=CLIENT, resourceGroup="rg", **{"csi.storage.k8s.io/pod.name": "p"})
    assert (read.auth, read.ignored) == (MountAuth.SERVICE_PRINCIPAL, ("clientId",))


AS_USERS_WRITE_IT = """
apiVersion: secrets-store.csi.x-k8s.io/v1
kind: SecretProviderClass
metadata:
  name: myapp-secrets
  namespace: production
spec:
  provider: azure
  parameters:
    usePodIdentity: "false"
    clientID: "33333333-3333-4333-8333-333333333333"
    keyvaultName: "myapp-kv"
    objects: |
      array:
        - |
          objectName: db-password
          objectType: secret
          filePermission: 0440
        - |
          objectName: db-connection
          objectType: secret
          objectAlias: DB_CONNECTION
    tenantId: "99999999-9999-4999-8999-999999999999"
"""


def test_takes_the_manifests_that_users_have() -> None:
    read = secret_provider_class.parse(yaml.safe_load(AS_USERS_WRITE_IT))
    mount = azure_mount.parse(read.parameters, where=WHERE)
    assert (mount.vault_name, mount.auth, mount.client_id) == ("myapp-kv", MountAuth.WORKLOAD_IDENTITY, CLIENT)
    assert [(found.path, found.mode) for found in mount.objects] == [("db-password", 0o440), ("DB_CONNECTION", None)]


FRAGMENTS = st.sampled_from(
    ["array:", "\n", "  - |", "- ", "    ", "objectName: a", "objectType: secret", "objectType: key", "&a", "*a", "!b ",
     "filePermission: 0755", "objectVersionHistory: 5", "objectVersion: latest", "[", "]", "{", "}", "'", '"', ": ",
     "objectAlias: ../x", "objectAlias: x/y", "objectEncoding: hex", "\t", "\0", "\ud800", "é", "---", "<<: ", "~"]
)  # fmt: skip


@given(st.lists(FRAGMENTS, max_size=25).map("".join) | st.text(max_size=80))
def test_any_objects_are_a_mount_or_a_spec_error(text: str) -> None:
    with suppress(SpecError):
        assert parse(objects=text).objects


@given(st.dictionaries(st.sampled_from([*GOOD, "usePodIdentity", "cloudName", "tenantId"]), st.text(max_size=40)))
def test_any_parameters_are_a_mount_or_a_spec_error(parameters: dict[str, str]) -> None:
    with suppress(SpecError):
        assert azure_mount.parse(GOOD | parameters, where=WHERE).objects
