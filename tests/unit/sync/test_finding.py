import pytest

from keyferry.spec.sources import Find
from keyferry.sync import finding
from tests.fakes.external_secrets import external, parsed, properties

VAULT = (
    properties("db-password", team="a"),
    properties("db-user", team="a", tier="1"),
    properties("api-key"),
    properties("old-password", enabled=False),
)


def find(**fields: object) -> Find:
    spec = parsed(external({"data": [], "dataFrom": [{"find": fields}]}))
    assert isinstance(spec.data_from[0], Find)
    return spec.data_from[0]


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        pytest.param({"name": {}}, ["db-password", "db-user", "api-key"], id="everything-enabled"),
        pytest.param({"name": {"regexp": "password"}}, ["db-password"], id="searched-not-matched-whole"),
        pytest.param({"name": {"regexp": ".*(password|secret|key).*"}}, ["db-password", "api-key"], id="alternatives"),
        pytest.param({"name": {"regexp": "^user"}}, [], id="anchored"),
        pytest.param({"tags": {"team": "a"}}, ["db-password", "db-user"], id="by-tag"),
        pytest.param({"tags": {"team": "a", "tier": "1"}}, ["db-user"], id="every-tag-must-match"),
        pytest.param({"name": {"regexp": "pass"}, "tags": {"team": "a"}}, ["db-password"], id="name-and-tag"),
        pytest.param({"tags": {"team": "b"}}, [], id="another-value-of-the-tag"),
    ],
)
def test_matching(fields: dict[str, object], names: list[str]) -> None:
    assert list(finding.matching(find(**fields), VAULT)) == names
