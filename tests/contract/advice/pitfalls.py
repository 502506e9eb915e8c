"""Manifests as users of the pattern write them, each with every rule that has something to say of it."""

import pytest

CLIENT = "11111111-1111-4111-8111-111111111111"
TENANT = "99999999-9999-4999-8999-999999999999"


def account(annotations: str, name: str = "reader") -> str:
    metadata = f"{{name: {name}, namespace: apps, annotations: {{{annotations}}}}}"
    return f"apiVersion: v1\nkind: ServiceAccount\nmetadata: {metadata}\n---\n"


def deployment(pod: str, labels: str = "{}", template: str = '{azure.workload.identity/use: "true"}') -> str:
    return f"""\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: api, namespace: apps, labels: {labels}}}
spec:
  selector: {{matchLabels: {{app: api}}}}
  template:
    metadata: {{labels: {template}}}
    spec:
      serviceAccountName: reader
      {pod}
"""


def external(spec: str, version: str = "v1", name: str = "db") -> str:
    return f"""\
apiVersion: external-secrets.io/{version}
kind: ExternalSecret
metadata: {{name: {name}, namespace: apps}}
spec:
  secretStoreRef: {{name: kv}}
  data: [{{secretKey: A, remoteRef: {{key: a}}}}]
  {spec}
---
"""


def a_class(parameters: str, objects: str = "array: ['{objectName: a, objectType: secret}']") -> str:
    return f"""\
apiVersion: secrets-store.csi.x-k8s.io/v1
kind: SecretProviderClass
metadata: {{name: kv, namespace: apps}}
spec:
  provider: azure
  parameters:
    keyvaultName: kv-prod
    objects: "{objects}"
    {parameters}
---
"""


APP = "containers: [{name: app, image: app}]"
GOOD_ACCOUNT = account(f"azure.workload.identity/client-id: {CLIENT}")
GOOD_CLASS = f"tenantID: {TENANT}\n    clientID: {CLIENT}"
MOUNT = "volumes: [{name: s, csi: {driver: secrets-store.csi.k8s.io, %s}}]"
IN_CLASS = "volumeAttributes: {secretProviderClass: kv}"
REFERENCE = "valueFrom: {secretKeyRef: {name: sp, key: secret}}"
SECRET = 'apiVersion: v1\nkind: Secret\nmetadata: {name: db, namespace: apps}\nstringData: {A: "not-in-git"}\n'


def store(azure: str, kind: str = "ClusterSecretStore") -> str:
    return f"""\
apiVersion: external-secrets.io/v1
kind: {kind}
metadata: {{name: kv}}
spec:
  provider:
    azurekv: {{vaultUrl: "https://kv-prod.vault.azure.net", {azure}}}
"""


PITFALLS = [
    pytest.param(GOOD_ACCOUNT + deployment(APP), [], id="nothing-is-wrong"),
    pytest.param(
        GOOD_ACCOUNT + deployment(APP, '{azure.workload.identity/use: "true"}', "{}"),
        ["use-label-not-on-pods"],
        id="label-on-the-deployment",
    ),
    pytest.param(
        GOOD_ACCOUNT + deployment(APP, template="{azure.workload.identity/use: true}"),
        ["use-label-value"],
        id="label-without-quotes",
    ),
    pytest.param(
        GOOD_ACCOUNT + deployment(APP, template='{azure.workload.identity/use: "True"}'),
        ["use-label-value"],
        id="label-in-capitals",
    ),
    pytest.param(account("") + deployment(APP), ["no-client-id"], id="account-without-client-id"),
    pytest.param(account('azure.workload.identity/client-id: "my-app"'), ["client-id"], id="client-id-is-no-guid"),
    pytest.param(account(f"azure.workload.identity/client-id: {CLIENT}", "readr"), ["subject"], id="mistyped-subject"),
    pytest.param(
        GOOD_ACCOUNT
        + deployment(f"containers: [{{name: app, image: a, env: [{{name: AZURE_CLIENT_SECRET, {REFERENCE}}}]}}]"),
        ["credential-in-env"],
        id="client-secret-in-env",
    ),
    pytest.param(
        GOOD_ACCOUNT + deployment(f"containers: [{{name: app, image: a, env: [{{name: DB_PASSWORD, {REFERENCE}}}]}}]"),
        ["secret-in-env"],
        id="secret-in-env",
    ),
    pytest.param(external("refreshInterval: 30s"), ["refresh-interval"], id="refresh-under-a-minute"),
    pytest.param(external("refreshInterval: 0s"), [], id="refresh-never"),
    pytest.param(
        "".join(external("refreshInterval: 1m", name=f"db-{number}") for number in range(6001)),
        ["vault-budget"],
        id="all-intervals-of-a-vault",
    ),
    pytest.param(external("", "v1beta1"), ["outdated-version"], id="v1beta1"),
    pytest.param(
        a_class(f'tenantID: {TENANT}\n    usePodIdentity: "true"'), ["pod-identity"], id="class-with-pod-identity"
    ),
    pytest.param(a_class(f"tenantID: {TENANT}"), ["class-identity"], id="class-with-a-client-secret"),
    pytest.param(a_class(f"clientID: {CLIENT}"), ["class-tenant"], id="class-without-tenant"),
    pytest.param(
        a_class(GOOD_CLASS, "array: ['{objectName: a, objectType: secret, filePermission: 0400}']"),
        ["unquoted-mode"],
        id="class-with-unquoted-mode",
    ),
    pytest.param(a_class(GOOD_CLASS, "array: [{objectName: a}]"), ["class-objects"], id="class-with-malformed-objects"),
    pytest.param(GOOD_ACCOUNT + deployment(f"{APP}\n      {MOUNT % IN_CLASS}"), ["csi-read-only"], id="not-read-only"),
    pytest.param(
        GOOD_ACCOUNT
        + deployment(f"{APP}\n      {MOUNT % f'readOnly: true, nodePublishSecretRef: {{name: creds}}, {IN_CLASS}'}"),
        ["mount-credential"],
        id="mount-with-a-client-secret",
    ),
    pytest.param(
        GOOD_ACCOUNT
        + deployment(
            "containers: [{name: app, image: a, volumeMounts: [{name: s, mountPath: /s, subPath: a}]}]\n"
            f"      {MOUNT % f'readOnly: true, {IN_CLASS}'}"
        ),
        ["sub-path"],
        id="sub-path",
    ),
    pytest.param(external("") + SECRET, ["secret-by-hand"], id="secret-by-hand"),
    pytest.param(SECRET, [], id="a-secret-that-nobody-delivers"),
    pytest.param(
        a_class(GOOD_CLASS).replace("namespace: apps", "namespace: other")
        + GOOD_ACCOUNT
        + deployment(f"{APP}\n      {MOUNT % f'readOnly: true, {IN_CLASS}'}"),
        ["other-namespace"],
        id="class-of-another-namespace",
    ),
    pytest.param(
        store("authType: WorkloadIdentity, serviceAccountRef: {name: reader, namespace: apps}"),
        ["shared-identity"],
        id="one-identity-for-all",
    ),
    pytest.param(
        a_class(f'tenantID: {TENANT}\n    useVMManagedIdentity: "true"'),
        ["machine-identity"],
        id="the-machines-identity",
    ),
    pytest.param(
        store(
            f"authType: ServicePrincipal, tenantId: {TENANT}, authSecretRef: "
            "{clientId: {name: sp, namespace: x, key: id}, clientSecret: {name: sp, namespace: x, key: secret}}"
        ),
        ["stored-credential"],
        id="store-with-a-client-secret",
    ),
]
