"""The proxy's containers: where they go, what is in them, when they are refused."""

from typing import Any

import pytest

from keyferry.admit.injection import proxy
from keyferry.admit.injection.settings import InjectionSettings, ProxyImages
from tests.fakes.injections import ACCOUNT, after, env, injected, patched, pod

INJECT = "azure.workload.identity/inject-proxy-sidecar"
PORT = "azure.workload.identity/proxy-sidecar-port"
SKIP = "azure.workload.identity/skip-containers"
IMAGES = ProxyImages(sidecar="proxy:1", init="init:1")
NATIVE = InjectionSettings(tenant_id="t", proxy=IMAGES)
PLAIN = InjectionSettings(tenant_id="t", proxy=IMAGES, native_sidecars=False)


def wanting(*containers: dict[str, Any], port: str | None = None, **spec: Any) -> dict[str, Any]:
    annotations = {INJECT: "true"} if port is None else {INJECT: "true", PORT: port}
    return pod(*containers, annotations=annotations, **spec)


def names(spec: dict[str, Any]) -> tuple[list[str], list[str]]:
    init, usual = ([each["name"] for each in spec.get(field, ())] for field in ("initContainers", "containers"))
    return init, usual


@pytest.mark.parametrize(
    ("given", "settings", "init", "usual"),
    [
        pytest.param(wanting(), NATIVE, ["azwi-proxy", "azwi-proxy-init"], ["app"], id="20-native"),
        pytest.param(wanting(), PLAIN, ["azwi-proxy-init"], ["azwi-proxy", "app"], id="not-native"),
        pytest.param(
            wanting(initContainers=[{"name": "first"}]),
            NATIVE,
            ["azwi-proxy", "first", "azwi-proxy-init"],
            ["app"],
            id="native-among-others",
        ),
        pytest.param(
            wanting(initContainers=[{"name": "first"}]),
            PLAIN,
            ["first", "azwi-proxy-init"],
            ["azwi-proxy", "app"],
            id="not-native-among-others",
        ),
        pytest.param(
            wanting({"name": "azwi-proxy"}, initContainers=[{"name": "azwi-proxy-init"}]),
            PLAIN,
            ["azwi-proxy-init"],
            ["azwi-proxy"],
            id="22-both-by-hand",
        ),
        pytest.param(
            wanting({"name": "app"}, {"name": "azwi-proxy"}),
            NATIVE,
            ["azwi-proxy-init"],
            ["app", "azwi-proxy"],
            id="by-hand-in-the-other-list",
        ),
        pytest.param(
            wanting({"name": "app"}, {"name": "azwi-proxy-init"}),
            NATIVE,
            ["azwi-proxy"],
            ["app", "azwi-proxy-init"],
            id="a-sidecar-alone-makes-the-list",
        ),
        pytest.param(pod(), NATIVE, [], ["app"], id="not-asked-for"),
        pytest.param(pod(annotations={INJECT: ""}), NATIVE, ["azwi-proxy", "azwi-proxy-init"], ["app"], id="empty"),
        pytest.param(pod(annotations={INJECT: "False"}), NATIVE, [], ["app"], id="declined"),
        pytest.param(pod(annotations={INJECT: "0"}), NATIVE, [], ["app"], id="declined-as-go-reads-it"),
        pytest.param(
            pod(annotations={INJECT: "false", PORT: "x"}, hostNetwork=True), NATIVE, [], ["app"], id="nothing"
        ),
    ],
)
def test_where_the_containers_go(
    given: dict[str, Any], settings: InjectionSettings, init: list[str], usual: list[str]
) -> None:
    stored = after(given, ACCOUNT, settings)
    assert names(stored["spec"]) == (init, usual)
    assert injected(stored, ACCOUNT, settings).patch == ()
    for container in (*stored["spec"].get("initContainers", ()), *stored["spec"]["containers"]):
        assert {"AZURE_CLIENT_ID", "AZURE_FEDERATED_TOKEN_FILE"} <= env(container).keys()
        assert len(container["volumeMounts"]) == 1


def test_the_containers_are_upstreams() -> None:
    sidecar, init = after(wanting(port="9000"), ACCOUNT, NATIVE)["spec"]["initContainers"]
    assert (sidecar["image"], sidecar["restartPolicy"]) == ("proxy:1", "Always")
    assert sidecar["args"] == ["--proxy-port=9000", "--log-level="]
    assert sidecar["ports"] == [{"containerPort": 9000}]
    assert sidecar["lifecycle"]["postStart"]["exec"]["command"] == [
        "/proxy",
        "--proxy-port=9000",
        "--probe",
        "--log-level=",
    ]
    assert sidecar["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "privileged": False,
        "readOnlyRootFilesystem": True,
        "runAsNonRoot": True,
    }
    assert init["image"] == "init:1"
    assert env(init)["PROXY_PORT"] == "9000"
    assert init["securityContext"] == {
        "capabilities": {"add": ["NET_ADMIN"], "drop": ["ALL"]},
        "privileged": True,
        "runAsNonRoot": False,
        "runAsUser": 0,
    }
    assert "restartPolicy" not in init


def test_a_skipped_proxy_gets_no_identity() -> None:
    given = pod(annotations={INJECT: "true", SKIP: "azwi-proxy"})
    sidecar, init = after(given, ACCOUNT, NATIVE)["spec"]["initContainers"]
    assert "volumeMounts" not in sidecar
    assert "volumeMounts" in init


@pytest.mark.parametrize(
    ("text", "port"),
    [
        pytest.param("1", 1, id="lowest"),
        pytest.param("65535", 65535, id="highest"),
        pytest.param("+8080", 8080, id="plus"),
        pytest.param("08080", 8080, id="zero-before"),
    ],
)
def test_ports(text: str, port: int) -> None:
    sidecar, _ = after(wanting(port=text), ACCOUNT, NATIVE)["spec"]["initContainers"]
    assert sidecar["ports"] == [{"containerPort": port}]


@pytest.mark.parametrize(
    ("given", "word"),
    [
        pytest.param(wanting(hostNetwork=True), "hostNetwork", id="19-host-network"),
        *(
            pytest.param(wanting(port=text), "is not a port", id=f"21-port-{text[:9] or 'empty'}")
            for text in ("", "x", "0", "-1", "65536", "0" * 5000 + "8", "8000.0", " 8000", "99999999999", "٨٠٠٠")
        ),
    ],
)
def test_refusals_name_the_annotation(given: dict[str, Any], word: str) -> None:
    refusal = injected(given, ACCOUNT, NATIVE).refusal
    assert refusal is not None
    assert refusal.code == 400
    assert word in refusal.message
    assert "metadata.annotations[azure.workload.identity/" in refusal.message


@pytest.mark.parametrize(
    ("major", "minor", "expected"),
    [
        pytest.param("1", "32", True, id="since"),
        pytest.param("1", "31", False, id="before"),
        pytest.param("1", "33+", True, id="as-vendors-write-it"),
        pytest.param("2", "0", True, id="next-major"),
        pytest.param("1", "9", False, id="long-before"),
        pytest.param("", "", False, id="unknown"),
        pytest.param("x", "32", False, id="unreadable"),
    ],
)
def test_native_sidecars_by_the_servers_version(major: str, minor: str, *, expected: bool) -> None:
    assert proxy.takes_native_sidecars(major, minor) is expected


def test_the_patch_goes_by_the_pods_own_indices() -> None:
    given = wanting({"name": "a"}, {"name": "b", "env": [{"name": "X"}]}, initContainers=[{"name": "i", "env": []}])
    spec = patched(given, injected(given, ACCOUNT, PLAIN))["spec"]
    assert [each["name"] for each in spec["containers"]] == ["azwi-proxy", "a", "b"]
    assert next(iter(env(spec["containers"][2]))) == "X"
