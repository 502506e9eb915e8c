"""Pods that ask for workload identity, of many shapes, and whether an injection kept all that was in them."""

from typing import Any

from hypothesis import strategies as st

from tests.fakes.injections import pod

PREFIX = "azure.workload.identity/"
NAMES = [
    "AZURE_CLIENT_ID",
    "AZURE_TENANT_ID",
    "AZURE_FEDERATED_TOKEN_FILE",
    "AZURE_AUTHORITY_HOST",
]
VARIABLE = st.fixed_dictionaries(
    {"name": st.sampled_from([*NAMES, "AZURE_KUBERNETES_CA_DATA", "A", "B"])},
    optional={"value": st.text(max_size=3), "valueFrom": st.just({"secretKeyRef": {"name": "s", "key": "k"}})},
)
MOUNTED = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["tmp", "azure-identity-token"]),
        "mountPath": st.sampled_from(["/tmp", "/var/run/secrets/azure/wi", "/var/run/secrets/azure/tokens"]),
    },
    optional={"readOnly": st.booleans(), "subPath": st.just("x"), "newer": st.just({"a": None})},
)
CONTAINERS = st.lists(
    st.fixed_dictionaries(
        {"name": st.sampled_from(["app", "side", "azwi-proxy", "azwi-proxy-init"])},
        optional={
            "env": st.none() | st.lists(VARIABLE, max_size=4, unique_by=lambda entry: str(entry["name"])),
            "volumeMounts": st.none() | st.lists(MOUNTED, max_size=3),
            "newer": st.none(),
        },
    ),
    max_size=3,
    unique_by=lambda container: str(container["name"]),
)
ANNOTATIONS = st.fixed_dictionaries(
    {},
    optional={
        f"{PREFIX}skip-containers": st.sampled_from(["app", "side; azwi-proxy", ","]),
        f"{PREFIX}inject-proxy-sidecar": st.sampled_from(["true", "false", ""]),
        f"{PREFIX}use-identity-binding": st.sampled_from(["true", "false"]),
    },
)
ANNOTATED = st.dictionaries(
    st.sampled_from(
        [
            "client-id",
            "tenant-id",
            "service-account-token-expiration",
            "skip-containers",
            "inject-proxy-sidecar",
            "proxy-sidecar-port",
            "use-identity-binding",
        ]
    ).map(PREFIX.__add__),
    st.text(max_size=8) | st.sampled_from(["true", "3600", "86400", ";", "0", "65535"]),
)


@st.composite
def pods(draw: st.DrawFn) -> dict[str, Any]:
    containers = draw(CONTAINERS.filter(bool))
    """Any pod of a few containers, with nulls, fields that nobody knows, and what earlier releases injected."""
    spec: dict[str, Any] = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "initContainers": st.none() | CONTAINERS,
                "volumes": st.none() | st.just([]) | st.just([{"name": "tmp", "emptyDir": {}}]),
                "newer": st.just([1, {"a": None}]),
            },
        )
    )
    return pod(*containers, annotations=draw(ANNOTATIONS), **spec)


def kept(old: Any, new: Any) -> bool:
    """Tell whether `new` is `old` with more in it: members of objects, entries of lists, something for a null."""
    if isinstance(old, dict):
        return isinstance(new, dict) and all(name in new and kept(old[name], new[name]) for name in old)
    if isinstance(old, list):
        rest = iter(new)
        return all(any(kept(each, candidate) for candidate in rest) for each in old)
    return old is None or (type(old) is type(new) and bool(old == new))
