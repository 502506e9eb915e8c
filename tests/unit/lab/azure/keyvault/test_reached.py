from typing import Any

import pytest

from keyferry.lab.azure.keyvault import reached

URL = "https://kv-one.vault.azure.net"
HERE = f"{URL}:8443"


@pytest.mark.parametrize(
    ("answer", "seen"),
    [
        pytest.param({"id": f"{URL}/secrets/a/1"}, {"id": f"{HERE}/secrets/a/1"}, id="an-id"),
        pytest.param({"key": {"kid": f"{URL}/keys/k/1"}}, {"key": {"kid": f"{HERE}/keys/k/1"}}, id="inside"),
        pytest.param([{"sid": f"{URL}/secrets/c"}, 5], [{"sid": f"{HERE}/secrets/c"}, 5], id="in-a-list"),
        pytest.param({"value": f"{URL}/secrets/a"}, {"value": f"{URL}/secrets/a"}, id="never-a-value"),
        pytest.param({"tags": {"id": f"{URL}/x"}}, {"tags": {"id": f"{URL}/x"}}, id="never-a-tag"),
        pytest.param({"id": f"{URL}.example/x"}, {"id": f"{URL}.example/x"}, id="another-host"),
        pytest.param({"id": 7}, {"id": 7}, id="no-text"),
        pytest.param(None, None, id="no-body"),
    ],
)
def test_ids_lead_to_where_the_client_asked(answer: Any, seen: Any) -> None:
    assert reached.content(answer, URL, ":8443") == seen
    assert reached.content(answer, URL, "") is answer
