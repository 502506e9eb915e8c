import pytest

from keyferry.lab.kubernetes.requests import negotiation
from keyferry.lab.kubernetes.requests.negotiation import Form
from keyferry.lab.kubernetes.status import StatusError
from keyferry.lab.world.http import Request

TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"
PARTIAL = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
PROTOBUF = "application/vnd.kubernetes.protobuf"
AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        pytest.param("", Form(), id="nothing-said"),
        pytest.param("*/*", Form(), id="anything"),
        pytest.param(f"{TABLE},application/json", Form(shape="table"), id="table"),
        pytest.param(PARTIAL, Form(shape="partial"), id="partial"),
        pytest.param(f"{PROTOBUF},application/json", Form(), id="json-when-protobuf-cannot-be-had"),
        pytest.param("application/yaml", Form(yaml=True), id="yaml"),
        pytest.param("application/json;as=Table;v=v9;g=meta.k8s.io,application/json", Form(), id="unknown-table"),
    ],
)
def test_gives_the_first_form_it_can(accept: str, expected: Form) -> None:
    assert negotiation.form(accept) == expected


def test_refuses_protobuf_alone() -> None:
    with pytest.raises(StatusError, match="only the following media types"):
        negotiation.form(PROTOBUF)


@pytest.mark.parametrize(
    ("accept", "version"),
    [
        pytest.param(f"{AGGREGATED},application/json", "v2", id="aggregated"),
        pytest.param(AGGREGATED.replace("v=v2", "v=v2beta1"), "v2beta1", id="beta"),
        pytest.param(f"application/json,{AGGREGATED}", "", id="classic-first"),
        pytest.param(AGGREGATED.replace("v=v2", "v=v3"), "", id="unknown-version"),
        pytest.param(f"{TABLE},{AGGREGATED}", "v2", id="after-something-else"),
        pytest.param(PROTOBUF, "", id="protobuf"),
    ],
)
def test_chooses_the_discovery_document(accept: str, version: str) -> None:
    assert negotiation.wants_aggregated_discovery(accept) == version


def test_indents_for_a_browser_unless_told_otherwise() -> None:
    browser = {"user-agent": "Mozilla/5.0 (X11)"}
    assert negotiation.wants_indentation(Request(method="GET", path="/", headers=browser))
    told = Request(method="GET", path="/", headers=browser, query=(("pretty", "false"),))
    assert not negotiation.wants_indentation(told)
