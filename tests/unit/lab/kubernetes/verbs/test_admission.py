import pytest

from tests.fakes.kubernetes_cluster import FERRIES, SECRETS, FakeCluster, ferry, secret


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        pytest.param(FERRIES, ferry("a", harbour="Bodo", mast=2), "spec.mast", id="custom"),
        pytest.param(SECRETS, secret("a", colour="red"), "colour", id="built-in"),
        pytest.param(SECRETS, {"metadata": {"name": "a", "colour": "red"}}, "metadata.colour", id="metadata"),
    ],
)
def test_unknown_fields_are_dropped_told_or_refused(path: str, body: object, field: str) -> None:
    cluster = FakeCluster().with_ferries()
    strict = cluster.post(f"{path}?fieldValidation=Strict", body)
    assert strict.status == 400
    assert f'strict decoding error: unknown field "{field}"' in strict.document["message"]
    told = cluster.post(path, body)
    assert told.status == 201
    assert told.warnings == [f'299 - "unknown field \\"{field}\\""']
    assert cluster.get(f"{path}/a").document.get(field.split(".", maxsplit=1)[0], {}) != "red"
    assert cluster.send("PUT", f"{path}/a?fieldValidation=Ignore", told.document | {"hull": 1}).warnings == []


def test_every_broken_rule_is_told_at_once() -> None:
    cluster = FakeCluster().with_ferries()
    answer = cluster.post(FERRIES, ferry("A", seats=0))
    assert answer.status == 422
    fields = [cause["field"] for cause in answer.document["details"]["causes"]]
    assert fields == ["metadata.name", "spec.harbour", "spec.seats"]
    assert answer.document["message"].startswith('Ferry.example.com "A" is invalid: [metadata.name: ')


@pytest.mark.parametrize(
    ("path", "body", "fault"),
    [
        pytest.param(SECRETS, secret("a", data=[1]), "array into Go struct field Secret.data", id="built-in"),
        pytest.param(
            FERRIES,
            ferry("a") | {"metadata": {"name": "a", "ownerReferences": [1]}},
            "number into Go struct field ObjectMeta.metadata.ownerReferences",
            id="metadata-of-a-custom-resource",
        ),
    ],
)
def test_refuses_other_json_types(path: str, body: object, fault: str) -> None:
    answer = FakeCluster().with_ferries().post(path, body)
    assert answer.status == 400
    assert fault in answer.document["message"]
