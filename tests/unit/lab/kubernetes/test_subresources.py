import pytest

from keyferry.lab.kubernetes import subresources
from keyferry.lab.kubernetes.builtin import kinds

RESOURCES = {one.plural: one for one in kinds.resources()}


@pytest.mark.parametrize(
    ("plural", "name", "expected"),
    [
        pytest.param("pods", "status", ("get", "patch", "update"), id="status"),
        pytest.param("pods", "binding", ("create",), id="binding"),
        pytest.param("serviceaccounts", "token", ("create",), id="token"),
        pytest.param("secrets", "status", (), id="no-status"),
        pytest.param("secrets", "token", (), id="of-another-kind"),
    ],
)
def test_verbs(plural: str, name: str, expected: tuple[str, ...]) -> None:
    assert subresources.verbs(RESOURCES[plural], name) == expected


def test_every_part_that_a_kind_names_is_known() -> None:
    for resource in RESOURCES.values():
        assert len(list(subresources.of(resource))) == len(resource.subresources) + resource.has_status
