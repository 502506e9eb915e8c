import pytest

from keyferry.lab.kubernetes.cel import descriptors
from tests.fakes.cel import answered


def test_the_request_and_its_parts() -> None:
    request = descriptors.pool(["kubernetes.a.Thing"]).FindMessageTypeByName(descriptors.REQUEST)
    assert {"operation", "userInfo", "requestSubResource", "options"} <= set(request.fields_by_name)
    assert not {"uid", "object", "oldObject"} & set(request.fields_by_name)


def test_a_type_without_fields() -> None:
    assert not descriptors.pool(["kubernetes.a.Thing"]).FindMessageTypeByName("kubernetes.a.Thing").fields


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        pytest.param("request.uid == ''", "undefined field 'uid'", id="a-field-that-is-not-shown"),
        pytest.param("request.resource.plural == ''", "undefined field 'plural'", id="a-field-of-a-part"),
        pytest.param("request.operation == 1", "applied to '(string, int)'", id="a-type"),
        pytest.param("request.dryRun == 'yes'", "applied to '(bool, string)'", id="a-bool"),
    ],
)
def test_mistakes_are_found_before_anything_is_asked(expression: str, told: str) -> None:
    assert told in str(answered(expression))
