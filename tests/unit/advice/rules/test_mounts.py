"""Volumes of secrets in pods and in what makes pods."""

from typing import Any

import pytest

from keyferry.advice.rules.mounts import CHECK, DRIVER
from tests.fakes.advice import found
from tests.fakes.pod_documents import container, deployment, pod


def csi(**fields: Any) -> dict[str, Any]:
    good = {"driver": DRIVER, "readOnly": True, "volumeAttributes": {"secretProviderClass": "kv"}}
    return {"name": "secrets", "csi": {name: value for name, value in (good | fields).items() if value is not None}}


def with_volume(volume: dict[str, Any], **mount: Any) -> dict[str, Any]:
    mounts = [{"name": "secrets", "mountPath": "/secrets"} | mount]
    return pod(container(volumeMounts=mounts) | {"volumes": [volume]})


@pytest.mark.parametrize(
    ("volume", "rules"),
    [
        pytest.param(csi(), {}, id="good"),
        pytest.param(csi(readOnly=None), {"csi-read-only": "readOnly"}, id="not-said"),
        pytest.param(csi(readOnly=False), {"csi-read-only": "readOnly"}, id="read-write"),
        pytest.param(csi(readOnly="true"), {"csi-read-only": "readOnly"}, id="text"),
        pytest.param(csi(driver="file.csi.azure.com", readOnly=None, volumeAttributes=None), {}, id="another-driver"),
        pytest.param(
            csi(volumeAttributes=None),
            {"csi-class-missing": "volumeAttributes.secretProviderClass"},
            id="no-class",
        ),
        pytest.param(
            csi(nodePublishSecretRef={"name": "secrets-store-creds"}),
            {"mount-credential": "nodePublishSecretRef"},
            id="client-secret",
        ),
        pytest.param({"name": "secrets", "emptyDir": {}}, {}, id="another-kind"),
    ],
)
def test_volumes_of_the_driver(volume: dict[str, Any], rules: dict[str, str]) -> None:
    for document, way in ((with_volume(volume), ""), (deployment(with_volume(volume)), "spec.template.")):
        for rule in ("csi-read-only", "csi-class-missing", "mount-credential"):
            wanted = [f"{way}spec.volumes[0].csi.{rules[rule]}"] if rule in rules else []
            assert found([CHECK], document, rule) == wanted


@pytest.mark.parametrize(
    ("volume", "is_told"),
    [
        pytest.param({"secret": {"secretName": "db"}}, True, id="secret"),
        pytest.param(csi(), True, id="driver"),
        pytest.param({"projected": {"sources": [{"configMap": {}}, {"secret": {"name": "db"}}]}}, True, id="projected"),
        pytest.param({"projected": {"sources": [{"serviceAccountToken": {"path": "t"}}]}}, True, id="token"),
        pytest.param({"projected": {"sources": [{"configMap": {"name": "x"}}]}}, False, id="projected-without"),
        pytest.param({"configMap": {"name": "x"}}, False, id="config-map"),
        pytest.param({"persistentVolumeClaim": {"claimName": "x"}}, False, id="claim"),
    ],
)
def test_sub_paths(volume: dict[str, Any], is_told: bool) -> None:
    volume = volume | {"name": "secrets"}
    here = "spec.containers[0].volumeMounts[0]"
    assert found([CHECK], with_volume(volume), "sub-path") == []
    assert found([CHECK], with_volume(volume, subPath="a"), "sub-path") == ([f"{here}.subPath"] if is_told else [])
    by_name = with_volume(volume, subPathExpr="$(A)")
    assert found([CHECK], by_name, "sub-path") == ([f"{here}.subPathExpr"] if is_told else [])
    assert found([CHECK], with_volume(volume, subPath="a", name="other"), "sub-path") == []


@pytest.mark.parametrize(
    ("volume", "paths"),
    [
        pytest.param({"secret": {"defaultMode": 0o400}}, [], id="right"),
        pytest.param({"secret": {"defaultMode": 400}}, ["secret.defaultMode"], id="decimal"),
        pytest.param({"projected": {"defaultMode": 440}}, ["projected.defaultMode"], id="projected"),
        pytest.param({"configMap": {"items": [{"mode": 420}, {"mode": 444}]}}, ["configMap.items[1].mode"], id="one"),
        pytest.param({"secret": {"defaultMode": "0400"}}, [], id="text"),
    ],
)
def test_modes(volume: dict[str, Any], paths: list[str]) -> None:
    wanted = [f"spec.volumes[0].{path}" for path in paths]
    assert found([CHECK], with_volume(volume), "decimal-mode") == wanted


@pytest.mark.parametrize("rule", sorted(rule.name for rule in CHECK.rules))
def test_without_a_template_nothing_is_told(rule: str) -> None:
    assert found([CHECK], {"kind": "Deployment", "apiVersion": "apps/v1"}, rule) == []
