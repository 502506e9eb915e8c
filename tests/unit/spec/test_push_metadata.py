from datetime import UTC, datetime
from typing import Any

import pytest

from keyferry.spec import push_metadata
from keyferry.spec.problems import Problems
from keyferry.spec.push_metadata import PushMetadata

HEAD = {"apiVersion": "kubernetes.external-secrets.io/v1alpha1", "kind": "PushSecretMetadata"}


def test_nothing_said_is_nothing_wanted() -> None:
    problems = Problems()
    assert push_metadata.parse(None, "m", problems) == PushMetadata()
    assert push_metadata.parse(HEAD, "m", problems) == PushMetadata()
    assert not problems


def test_says_expiry_content_type_and_tags() -> None:
    problems = Problems()
    spec = {"expirationDate": "2027-01-31T01:00:00.9+01:00", "contentType": "text/plain", "tags": {"b": "2", "a": "1"}}
    assert push_metadata.parse(HEAD | {"spec": spec, "metadata": {"any": "thing"}}, "m", problems) == PushMetadata(
        expires=datetime(2027, 1, 31, tzinfo=UTC), content_type="text/plain", tags=(("a", "1"), ("b", "2"))
    )
    assert not problems


@pytest.mark.parametrize(
    ("document", "path"),
    [
        pytest.param({}, "m.apiVersion", id="empty"),
        pytest.param(HEAD | {"apiVersion": "v1"}, "m.apiVersion", id="other-api"),
        pytest.param(HEAD | {"kind": "Metadata"}, "m.kind", id="other-kind"),
        pytest.param(HEAD | {"specs": {}}, "m.specs", id="unknown-field"),
        pytest.param(HEAD | {"spec": {"tag": {}}}, "m.spec.tag", id="unknown-field-of-the-spec"),
        pytest.param(HEAD | {"spec": {"expirationDate": "tomorrow"}}, "m.spec.expirationDate", id="no-instant"),
        pytest.param(HEAD | {"spec": {"expirationDate": "2027-01-31"}}, "m.spec.expirationDate", id="day-alone"),
        pytest.param(HEAD | {"spec": {"expirationDate": "2027-01-31T00:00:00"}}, "m.spec.expirationDate", id="no-zone"),
        pytest.param(HEAD | {"spec": {"contentType": "x" * 256}}, "m.spec.contentType", id="long-type"),
        pytest.param(HEAD | {"spec": {"tags": {"managed-by": "me"}}}, "m.spec.tags[managed-by]", id="the-owner-s-tag"),
        pytest.param(
            HEAD | {"spec": {"tags": {str(number): "" for number in range(15)}}}, "m.spec.tags", id="many-tags"
        ),
        pytest.param(HEAD | {"spec": {"tags": {"a": "x" * 513}}}, "m.spec.tags[a]", id="long-tag"),
        pytest.param(HEAD | {"spec": {"tags": {"a": 1}}}, "m.spec.tags[a]", id="a-number-as-tag"),
    ],
)
def test_every_mistake_is_told_with_its_place(document: dict[str, Any], path: str) -> None:
    problems = Problems()
    push_metadata.parse(document, "m", problems)
    assert path in [problem.path for problem in problems.found]
