"""What becomes of a pod: the rows are upstream's own tests, told again, and what we do beyond them."""

from dataclasses import replace
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st

from keyferry.admit.injection.plan import Injection
from keyferry.admit.injection.settings import Binding, CaConfigMap, InjectionSettings
from keyferry.lab.kubernetes.builtin import volumes
from tests.fakes.injected_pods import ANNOTATED, kept, pods
from tests.fakes.injections import ACCOUNT, CLIENT, SETTINGS, TENANT, after, env, injected, patched, pod, projected

PREFIX = "azure.workload.identity/"
USUAL = {
    "AZURE_CLIENT_ID": CLIENT,
    "AZURE_TENANT_ID": TENANT,
    "AZURE_FEDERATED_TOKEN_FILE": "/var/run/secrets/azure/wi/token/azure-identity-token",
    "AZURE_AUTHORITY_HOST": "https://login.microsoftonline.com/",
}
NAMES = list(USUAL)


def test_a_plain_pod_gets_four_variables_a_mount_and_a_volume() -> None:
    spec = after(pod())["spec"]
    (container,) = spec["containers"]
    assert list(env(container).items()) == list(USUAL.items())
    (volume,) = spec["volumes"]
    assert container["volumeMounts"] == [
        {"name": volume["name"], "mountPath": "/var/run/secrets/azure/wi", "readOnly": True}
    ]
    assert volume["projected"] == {
        "sources": [
            {
                "serviceAccountToken": {
                    "audience": "api://AzureADTokenExchange",
                    "expirationSeconds": 3600,
                    "path": "token/azure-identity-token",
                }
            }
        ]
    }


@pytest.mark.parametrize(
    ("on_pod", "on_account", "seconds"),
    [
        pytest.param({}, {}, 3600, id="1-nowhere"),
        pytest.param({}, {f"{PREFIX}service-account-token-expiration": "4800"}, 4800, id="2-account"),
        pytest.param(
            {f"{PREFIX}service-account-token-expiration": "4000"},
            {f"{PREFIX}service-account-token-expiration": "4800"},
            4000,
            id="3-pod-wins",
        ),
    ],
)
def test_the_token_lives_as_long_as_annotations_say(
    on_pod: dict[str, str], on_account: dict[str, str], seconds: int
) -> None:
    (source,) = projected(after(pod(annotations=on_pod), {**ACCOUNT, **on_account}))
    assert source["serviceAccountToken"]["expirationSeconds"] == seconds


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        pytest.param({}, {"AZURE_TENANT_ID": TENANT}, id="6-no-client-id"),
        pytest.param({f"{PREFIX}client-id": ""}, {"AZURE_TENANT_ID": TENANT}, id="11-empty-client-id"),
        pytest.param(
            {**ACCOUNT, f"{PREFIX}tenant-id": "other"},
            {"AZURE_CLIENT_ID": CLIENT, "AZURE_TENANT_ID": "other"},
            id="7-tenant-of-the-account",
        ),
        pytest.param(ACCOUNT, {"AZURE_CLIENT_ID": CLIENT, "AZURE_TENANT_ID": TENANT}, id="8-tenant-of-the-webhook"),
        pytest.param({**ACCOUNT, f"{PREFIX}tenant-id": ""}, {"AZURE_CLIENT_ID": CLIENT}, id="11-empty-tenant-id"),
    ],
)
def test_variables_of_the_account(account: dict[str, str], expected: dict[str, str]) -> None:
    (container,) = after(pod(), account)["spec"]["containers"]
    found = env(container)
    assert {name: found[name] for name in found if name in NAMES[:2]} == expected
    assert list(found)[-2:] == NAMES[2:]
    assert len(container["volumeMounts"]) == 1


@pytest.mark.parametrize(
    ("listed", "touched"),
    [
        pytest.param("a; b", ["c", "d"], id="9-with-blanks"),
        pytest.param(";;a;", ["b", "c", "d"], id="empty-names"),
        pytest.param("a,b", ["a", "b", "c", "d"], id="a-comma-parts-nothing"),
        pytest.param("", ["a", "b", "c", "d"], id="empty"),
        pytest.param("a;b;c;d", [], id="all"),
    ],
)
def test_skipped_containers_stay_as_they_are(listed: str, touched: list[str]) -> None:
    given = pod(
        {"name": "b"},
        {"name": "d"},
        initContainers=[{"name": "a"}, {"name": "c"}],
        annotations={f"{PREFIX}skip-containers": listed},
    )
    spec = after(given)["spec"]
    found = [each["name"] for each in (*spec["initContainers"], *spec["containers"]) if "env" in each]
    assert sorted(found) == touched
    assert len(spec["volumes"]) == 1  # even where nobody mounts it, as upstream


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "entry",
    [
        pytest.param({"value": "mine"}, id="value"),
        pytest.param({}, id="empty"),
        pytest.param({"valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}, id="valueFrom"),
    ],
)
def test_a_variable_that_is_there_stays(name: str, entry: dict[str, Any]) -> None:
    mine = [{"name": "FIRST", "value": "1"}, {"name": name, **entry}]
    (container,) = after(pod({"name": "app", "env": mine}))["spec"]["containers"]
    assert container["env"][:2] == mine
    assert list(env(container))[2:] == [each for each in NAMES if each != name]


def test_envfrom_is_not_looked_at() -> None:
    origin = [{"configMapRef": {"name": "AZURE_CLIENT_ID"}}]
    (container,) = after(pod({"name": "app", "envFrom": origin}))["spec"]["containers"]
    assert env(container) == USUAL
    assert container["envFrom"] == origin


def test_ephemeral_containers_are_never_touched() -> None:
    given = pod(ephemeralContainers=[{"name": "debug"}])
    assert after(given)["spec"]["ephemeralContainers"] == [{"name": "debug"}]


def test_fields_that_nobody_knows_survive() -> None:
    given = pod(
        {"name": "app", "newer": {"a": [1, None]}},
        initContainers=[{"name": "init", "restartPolicy": "Always", "newer": 1}],
        newer=True,
    )
    spec = after(given)["spec"]
    assert spec["newer"] is True
    assert spec["containers"][0]["newer"] == {"a": [1, None]}
    assert spec["initContainers"][0]["restartPolicy"] == "Always"


def test_nulls_are_as_good_as_nothing() -> None:
    given = pod({"name": "app", "env": None, "volumeMounts": None}, initContainers=None, volumes=None)
    given["metadata"]["annotations"] = None
    (container,) = after(given)["spec"]["containers"]
    assert env(container) == USUAL


def test_a_pod_that_has_it_all_gets_nothing() -> None:
    once = after(pod({"name": "app"}, {"name": "other", "env": [], "volumeMounts": []}, volumes=[]))
    assert injected(once) == Injection()


def test_what_an_older_release_injected_stays() -> None:
    file = {"name": "AZURE_FEDERATED_TOKEN_FILE", "value": "/var/run/secrets/azure/tokens/azure-identity-token"}
    mount = {"name": "azure-identity-token", "mountPath": "/var/run/secrets/azure/tokens", "readOnly": True}
    volume = {"name": "azure-identity-token", "projected": {"sources": []}}
    spec = after(pod({"name": "app", "env": [file], "volumeMounts": [mount]}, volumes=[volume]))["spec"]
    assert spec["containers"][0]["env"][0] == file
    assert spec["containers"][0]["volumeMounts"][0] == mount
    assert spec["volumes"][0] == volume
    assert len(spec["volumes"]) == 2


def test_what_another_webhook_asked_to_be_left_is_replaced_under_the_reserved_name_alone() -> None:
    once = after(pod())
    name = once["spec"]["volumes"][0]["name"]
    spec = after(pod(volumes=[{"name": "tmp", "emptyDir": {}}, {"name": name, "hostPath": {"path": "/"}}]))["spec"]
    assert spec["volumes"] == [{"name": "tmp", "emptyDir": {}}, *once["spec"]["volumes"]]


def test_a_static_pods_mirror_is_left_alone() -> None:
    found = injected(pod(annotations={"kubernetes.io/config.mirror": "hash"}))
    assert found.patch == ()
    assert "mirror" in found.warnings[0]


def test_hundreds_of_containers() -> None:
    given = pod(*({"name": f"c{index}", "env": [{"name": "A"}]} for index in range(700)))
    stored = patched(given, injected(given))
    assert all(len(each["env"]) == 5 and each["volumeMounts"] for each in stored["spec"]["containers"])
    assert injected(stored).patch == ()


@pytest.mark.parametrize(
    ("annotations", "word"),
    [
        pytest.param({f"{PREFIX}service-account-token-expiration": "3600s"}, "number of seconds", id="4-unit"),
        pytest.param({f"{PREFIX}service-account-token-expiration": "3599"}, "too few", id="5-too-few"),
        pytest.param({f"{PREFIX}service-account-token-expiration": "86401"}, "too many", id="5-too-many"),
        pytest.param(
            {f"{PREFIX}inject-proxy-sidecar": "true", f"{PREFIX}proxy-sidecar-port": "x"}, "not a port", id="21-port"
        ),
    ],
)
def test_refuses_with_a_bad_request_that_names_the_annotation(annotations: dict[str, str], word: str) -> None:
    refusal = injected(pod(annotations=annotations)).refusal
    assert refusal is not None
    assert (refusal.code, refusal.reason) == (400, "BadRequest")
    assert refusal.message.startswith("metadata.annotations[azure.workload.identity/")
    assert word in refusal.message
    assert "To mend it" in refusal.message


def test_the_webhooks_own_settings_are_used() -> None:
    settings = type(SETTINGS)(tenant_id="t", authority_host="https://login.chinacloudapi.cn/", audience="api://other")
    stored = after(pod(), ACCOUNT, settings)
    assert env(stored["spec"]["containers"][0])["AZURE_AUTHORITY_HOST"] == "https://login.chinacloudapi.cn/"
    assert projected(stored)[0]["serviceAccountToken"]["audience"] == "api://other"


BINDING = Binding(
    annotation="azure.workload.identity/use-identity-binding",
    audience="api://AKSIdentityBinding",
    token_proxy="https://10.0.0.1",
    sni_name="sni",
    authority=CaConfigMap(name="ca"),
)


@pytest.mark.parametrize(
    ("annotations", "audience", "more"),
    [
        pytest.param({f"{PREFIX}use-identity-binding": "TRUE"}, "api://AKSIdentityBinding", 3, id="26-any-case"),
        pytest.param({f"{PREFIX}use-identity-binding": "yes"}, "api://AzureADTokenExchange", 0, id="not-true"),
        pytest.param({}, "api://AzureADTokenExchange", 0, id="not-asked-for"),
    ],
)
def test_identity_bindings_are_for_pods_that_ask(annotations: dict[str, str], audience: str, more: int) -> None:
    found = injected(asking := pod(annotations=annotations), ACCOUNT, replace(SETTINGS, binding=BINDING))
    stored = patched(asking, found)
    assert found.warnings == ()
    assert projected(stored)[0]["serviceAccountToken"]["audience"] == audience
    assert len(env(stored["spec"]["containers"][0])) == 4 + more


@pytest.mark.parametrize(
    "mount_path",
    [
        pytest.param("/tmp", id="elsewhere"),
        pytest.param("/var/run/secrets/azure/wi", id="in-our-place"),
        pytest.param("/var/run/secrets/azure/wi/", id="in-our-place-with-a-slash"),
    ],
)
def test_an_api_server_takes_the_volumes_and_mounts(mount_path: str) -> None:
    mounted = [{"name": "own", "mountPath": mount_path}]
    given = pod({"name": "app", "volumeMounts": mounted}, {"name": "side"}, volumes=[{"name": "own", "emptyDir": {}}])
    stored = after(given, ACCOUNT, replace(SETTINGS, binding=BINDING))
    volumes.default(stored["spec"])
    assert volumes.validate("spec", stored["spec"]) == []


CLUSTERS = st.sampled_from([SETTINGS, replace(SETTINGS, native_sidecars=False, binding=BINDING)])


@hypothesis.given(pods(), CLUSTERS)
def test_twice_is_as_good_as_once(given: dict[str, Any], settings: InjectionSettings) -> None:
    stored = after(given, ACCOUNT, settings)
    volumes.default(stored["spec"])  # as an API server completes it before it asks again
    assert injected(stored, ACCOUNT, settings).patch == ()


@hypothesis.given(pods(), CLUSTERS)
def test_everything_that_was_there_is_still_there_in_its_order(
    given: dict[str, Any], settings: InjectionSettings
) -> None:
    assert kept(given, after(given, ACCOUNT, settings))


@hypothesis.given(pods())
def test_variables_come_last_and_in_their_order(given: dict[str, Any]) -> None:
    stored = after(given)
    before = {each["name"]: env(each) for each in given["spec"]["containers"]}
    for container in stored["spec"]["containers"]:
        own = before[container["name"]]
        assert list(env(container))[: len(own)] == list(own)
        added = list(env(container))[len(own) :]
        assert added in ([], [name for name in NAMES if name not in own])


@hypothesis.given(ANNOTATED, ANNOTATED, CLUSTERS)
def test_whatever_annotations_say_there_is_an_answer(
    on_pod: dict[str, str], on_account: dict[str, str], settings: InjectionSettings
) -> None:
    found = injected(pod(annotations=on_pod), on_account, settings)
    if found.refusal is None:
        assert all(entry["value"] != "" for entry in patched(pod(), found)["spec"]["containers"][-1]["env"])
    else:
        assert (found.refusal.code, found.patch) == (400, ())
    assert all(len(text) <= 256 for text in found.warnings)


@pytest.mark.parametrize(
    "given", [pytest.param({"spec": 1}, id="shape"), pytest.param({"spec": {"containers": []}}, id="no-container")]
)
def test_what_is_no_pod_is_refused(given: dict[str, Any]) -> None:
    refusal = injected(given).refusal
    assert refusal is not None
    assert (refusal.code, refusal.message[:4]) == (400, "spec")
