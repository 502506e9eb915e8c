"""keyferry.provision.manifests.workload"""

from typing import Any

import pytest

from keyferry.provision.manifests import workload
from keyferry.spec.estate.sites import SiteSecret
from tests.fakes import estates, placements


def patched(*secrets: SiteSecret, **changes: Any) -> dict[str, Any]:
    return workload.patch(placements.placement(estates.site(secrets=secrets, **changes)))


def pods(*secrets: SiteSecret, **changes: Any) -> dict[str, Any]:
    template: dict[str, Any] = patched(*secrets, **changes)["spec"]["template"]
    return template


def test_the_pods_are_the_sites_and_ask_for_its_identity() -> None:
    found = patched(placements.as_file("db"), workload="web", namespace="apps", service_account="shop")
    assert found["metadata"] == {"name": "web", "namespace": "apps"}
    template = found["spec"]["template"]
    assert template["metadata"]["labels"] == {"azure.workload.identity/use": "true"}
    assert template["spec"]["serviceAccountName"] == "shop"


def test_files_come_by_a_volume_that_is_read_only() -> None:
    spec = pods(placements.as_file("db"))["spec"]
    assert spec["containers"][0]["volumeMounts"] == [
        {"name": "keyferry", "mountPath": "/mnt/secrets", "readOnly": True}
    ]
    assert spec["volumes"] == [
        {
            "name": "keyferry",
            "csi": {
                "driver": "secrets-store.csi.k8s.io",
                "readOnly": True,
                "volumeAttributes": {"secretProviderClass": "site-a"},
            },
        }
    ]


def test_a_variable_comes_out_of_the_secret_and_a_change_restarts() -> None:
    found = patched(placements.in_env("db", alias="DB"), secret_name="app")
    assert found["metadata"]["annotations"] == {
        "keyferry.io/restart-on-change": "secret/app",
        "keyferry.io/ignore": "secret-in-env",
    }
    container = found["spec"]["template"]["spec"]["containers"][0]
    assert container["env"] == [{"name": "DB", "valueFrom": {"secretKeyRef": {"name": "app", "key": "DB"}}}]
    assert "volumes" not in found["spec"]["template"]["spec"]


def test_images_are_pulled_with_a_login_that_no_container_sees() -> None:
    found = patched(placements.by_name("login", alias=".dockerconfigjson"), secret_name="app")
    spec = found["spec"]["template"]["spec"]
    assert spec["imagePullSecrets"] == [{"name": "app"}]
    assert "envFrom" not in spec["containers"][0]
    assert "annotations" not in found["metadata"], "a pull reads it anew: nothing has to restart"


def test_a_secret_taken_by_name_comes_whole_and_once() -> None:
    spec = pods(placements.by_name("db"), placements.by_name("api"), secret_name="app")["spec"]
    assert spec["containers"][0]["envFrom"] == [{"secretRef": {"name": "app"}}]
    assert "env" not in spec["containers"][0]


@pytest.mark.parametrize(
    ("secrets", "expected"),
    [
        pytest.param((placements.as_file("a"),), ["/mnt/secrets"], id="its-own-vault"),
        pytest.param((placements.as_file("a", vault="B-KV"),), ["/mnt/secrets-b-kv"], id="another-vault"),
        pytest.param(
            (placements.as_file("a"), placements.as_file("b", vault="b-kv")),
            ["/mnt/secrets-b-kv", "/mnt/secrets"],
            id="two-vaults",
        ),
        pytest.param((placements.file_of_secret("a"),), ["/mnt/secrets"], id="files-of-a-secret"),
        pytest.param(
            (placements.file_of_secret("a"), placements.as_file("b")),
            ["/mnt/secrets", "/mnt/secrets.secret"],
            id="both-kinds-of-files",
        ),
        pytest.param((), [], id="nothing"),
    ],
)
def test_each_source_is_mounted_at_a_path_of_its_own(secrets: tuple[SiteSecret, ...], expected: list[str]) -> None:
    spec = pods(*secrets)["spec"]
    mounts = spec["containers"][0].get("volumeMounts", [])
    assert [mount["mountPath"] for mount in mounts] == expected
    assert [mount["name"] for mount in mounts] == [volume["name"] for volume in spec.get("volumes", [])]


def test_a_slash_at_the_end_of_the_mount_path_is_none() -> None:
    mounts = pods(placements.as_file("a", vault="b-kv"), mount_path="/mnt/secrets/")["spec"]["containers"][0]
    assert mounts["volumeMounts"] == [{"name": "keyferry-kv-b-kv", "mountPath": "/mnt/secrets-b-kv", "readOnly": True}]


def test_a_volume_of_the_secret_shows_only_its_files() -> None:
    spec = pods(placements.file_of_secret("a", alias="a.conf"), placements.in_env("b"), secret_name="app")["spec"]
    items = [{"key": "a.conf", "path": "a.conf"}]
    assert spec["volumes"] == [{"name": "keyferry-secret", "secret": {"secretName": "app", "items": items}}]


@pytest.mark.parametrize(
    ("secret", "expected"),
    [
        pytest.param(placements.as_file("a"), False, id="files"),
        pytest.param(placements.in_env("a"), False, id="variables"),
        pytest.param(placements.by_name("a"), True, id="a-whole-secret"),
    ],
)
def test_warns_of_the_list_that_a_patch_replaces(secret: SiteSecret, expected: bool) -> None:
    told = "\n".join(workload.notes(placements.placement(estates.site(secrets=(secret,), workload="web"))))
    assert ("envFrom" in told) is expected
    assert "kubectl patch deployment web -n site-a" in told
