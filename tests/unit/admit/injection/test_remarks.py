"""What upstream is silent about is told with its remedy; where there is nothing to say, nothing is said."""

from typing import Any

import pytest

from tests.fakes.injections import ACCOUNT, CLIENT, after, env, injected, patched, pod

PREFIX = "azure.workload.identity/"


def test_a_pod_without_an_account_is_its_namespaces_default() -> None:
    given = pod()
    del given["spec"]["serviceAccountName"]
    assert "payments/default" in injected(given, {}).warnings[0]


GUARDED = {"name": "app", "env": [{"name": "AZURE_CLIENT_ID", "value": CLIENT}]}


@pytest.mark.parametrize(
    ("given", "account", "words"),
    [
        pytest.param(pod(), ACCOUNT, [], id="nothing-to-say"),
        pytest.param(
            pod(), {}, ["kubectl annotate sa -n payments api azure.workload.identity/client-id="], id="no-client-id"
        ),
        pytest.param(pod(GUARDED), {}, [], id="no-client-id-and-none-needed"),
        pytest.param(pod(), {f"{PREFIX}client-id": "my-identity"}, ["not a GUID"], id="no-guid"),
        pytest.param(pod(GUARDED), {f"{PREFIX}client-id": "my-identity"}, [], id="no-guid-and-none-needed"),
        pytest.param(pod(), {**ACCOUNT, f"{PREFIX}tenant-id": ""}, ["tenant-id is empty"], id="no-tenant"),
        pytest.param(pod(), {**ACCOUNT, f"{PREFIX}tenant-id": "a b"}, ["no tenant has"], id="odd-tenant"),
        pytest.param(pod(), {**ACCOUNT, f"{PREFIX}tenant-id": "contoso.example"}, [], id="tenant-by-domain"),
        pytest.param(pod(annotations={f"{PREFIX}skip-containers": "a,b"}), ACCOUNT, ['";"'], id="commas"),
        pytest.param(pod(annotations={f"{PREFIX}inject-proxy-sidecar": "false"}), ACCOUNT, ["says no"], id="no-proxy"),
        pytest.param(
            pod(annotations={f"{PREFIX}inject-proxy-sidecar": "true"}, os={"name": "windows"}),
            ACCOUNT,
            ["Linux"],
            id="proxy-on-windows",
        ),
        pytest.param(pod(os={"name": "windows"}), ACCOUNT, [], id="windows"),
        pytest.param(
            pod(annotations={f"{PREFIX}use-identity-binding": "True"}), ACCOUNT, ["identity bindings"], id="no-binding"
        ),
    ],
)
def test_warns_of_what_upstream_is_silent_about(
    given: dict[str, Any], account: dict[str, str], words: list[str]
) -> None:
    found = injected(given, account).warnings
    assert len(found) == len(words)
    assert all(word in text for word, text in zip(words, found, strict=True))
    assert all(len(text) <= 256 and "To mend it" in text for text in found)
    assert "my-identity" not in "".join(found)


def test_two_mounts_on_one_path_are_told_and_the_containers_own_stays() -> None:
    own = {"name": "mine", "mountPath": "/var/run/secrets/azure/wi/"}
    given = pod(*({"name": f"c{index}", "volumeMounts": [own]} for index in range(4)), {"name": "other"})
    found = injected(given)
    spec = patched(given, found)["spec"]
    assert all(each["volumeMounts"] == [own] and len(env(each)) == 4 for each in spec["containers"][:4])
    assert spec["containers"][4]["volumeMounts"][0]["mountPath"] == "/var/run/secrets/azure/wi"
    (warning,) = found.warnings
    assert "c0, c1 and 2 more" in warning
    assert warning.endswith("mount it elsewhere")


def test_a_manifest_exported_from_another_pod_is_told_apart() -> None:
    exported = after(pod(name="first"))
    exported["metadata"]["name"] = "second"
    (warning,) = injected(exported).warnings
    assert "injected into another pod" in warning
