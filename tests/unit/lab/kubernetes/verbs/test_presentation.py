import pytest

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.requests.negotiation import Form
from keyferry.lab.kubernetes.resources import Resource
from keyferry.lab.kubernetes.storage.journal import Stored
from keyferry.lab.kubernetes.verbs import presentation
from tests.fakes.kubernetes_cluster import START, secret

SECRET = Resource(group="", version="v1", kind="Secret", plural="secrets")


def _stored() -> Stored:
    return Stored(secret("a", type="Opaque"), 1, ("", "a"))


def test_encodes_each_form_once() -> None:
    stored = _stored()
    assert presentation.whole(stored, SECRET) is presentation.whole(stored, SECRET)
    assert presentation.partial(stored) is presentation.partial(stored)
    first = presentation.many([stored], SECRET, Form(), START, {})
    assert presentation.many([stored], SECRET, Form(), START, {}) == first


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        pytest.param(Form(), "Secret", id="whole"),
        pytest.param(Form(shape="partial"), "PartialObjectMetadata", id="partial"),
        pytest.param(Form(shape="table"), "Table", id="table"),
    ],
)
def test_shows_one_object(form: Form, kind: str) -> None:
    assert objects.decode(presentation.one(_stored(), SECRET, form, START))["kind"] == kind


def test_shows_yaml() -> None:
    assert presentation.one(_stored(), SECRET, Form(yaml=True), START).startswith(b"apiVersion: v1\nkind: Secret\n")


def test_each_warning_is_a_header_with_its_quotes_escaped() -> None:
    answer = presentation.response(200, b"{}", Form(), ['unknown field "a"'])
    assert answer.headers == (
        ("Content-Type", "application/json"),
        ("Warning", '299 - "unknown field \\"a\\""'),
    )
