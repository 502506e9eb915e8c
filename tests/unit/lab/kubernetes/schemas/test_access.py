import pytest

from keyferry.lab.kubernetes.schemas import access
from keyferry.lab.kubernetes.schemas.shapes import Schema


@pytest.mark.parametrize("schema", [access.ROLE_BINDING, access.CLUSTER_ROLE_BINDING])
def test_a_binding_joins_subjects_and_a_role(schema: Schema) -> None:
    assert {"roleRef", "subjects"} <= schema["properties"].keys()


def test_a_token_request_needs_no_field() -> None:
    assert "required" not in access.TOKEN_REQUEST["properties"]["spec"]


def test_only_the_review_of_others_names_a_user() -> None:
    own, others = access.SELF_SUBJECT_ACCESS_REVIEW, access.SUBJECT_ACCESS_REVIEW

    assert others["properties"]["spec"]["properties"].keys() - own["properties"]["spec"]["properties"].keys() == {
        "user",
        "groups",
        "uid",
        "extra",
    }
