"""keyferry.cli.advise_deliverers"""

from typing import Any

import pytest

from keyferry.cli.advise_deliverers import Deliverers

HERE = {"name": "db", "namespace": "apps"}
EXTERNAL = {"kind": "ExternalSecret", "metadata": HERE, "spec": {"target": {"name": "app"}}}


@pytest.mark.parametrize(
    ("document", "asked", "expected"),
    [
        pytest.param(EXTERNAL, ("apps", "", "app"), 'ExternalSecret "db"', id="by-its-target"),
        pytest.param(EXTERNAL, ("apps", "", "db"), "", id="another-secret"),
        pytest.param(EXTERNAL, ("other", "", "app"), "", id="another-namespace"),
        pytest.param(EXTERNAL | {"spec": {}}, ("apps", "", "db"), 'ExternalSecret "db"', id="by-its-own-name"),
        pytest.param(
            {"kind": "SecretProviderClass", "metadata": HERE, "spec": {"secretObjects": [{"secretName": "app"}]}},
            ("apps", "", "app"),
            'SecretProviderClass "db"',
            id="a-class",
        ),
        pytest.param(
            {"kind": "ExternalSecret", "metadata": {"name": "db"}},
            ("", "folder", "db"),
            'ExternalSecret "db"',
            id="an-open-namespace-of-the-same-folder",
        ),
        pytest.param(
            {"kind": "ExternalSecret", "metadata": {"name": "db"}}, ("", "else", "db"), "", id="of-another-folder"
        ),
        pytest.param({"kind": "Secret", "metadata": HERE}, ("apps", "", "db"), "", id="a-secret-itself"),
    ],
)
def test_knows_who_keeps_a_secret(document: dict[str, Any], asked: tuple[str, str, str], expected: str) -> None:
    assert Deliverers([("folder", document)]).of(*asked) == expected
