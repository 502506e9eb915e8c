"""kubectl learns what the cluster serves."""

import pytest

from tests.contract.kubernetes.conftest import Kubectl


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        pytest.param("version", "Server Version: v1.34.0", id="version"),
        pytest.param("api-versions", "external", id="api-versions"),
        pytest.param("api-resources", "fy", id="api-resources"),
        pytest.param("explain ferry.spec", "seats\t<integer>", id="explain-custom"),
        pytest.param("explain secret", "stringData\t<map[string]string>", id="explain-built-in"),
        pytest.param("explain deployment.spec.template.spec.containers --recursive", "imagePullPolicy", id="recursive"),
        pytest.param("get --raw /readyz", "ok", id="ready"),
        pytest.param("cluster-info", "is running at", id="cluster-info"),
    ],
)
async def test_tells_what_it_serves(ferries: Kubectl, command: str, expected: str) -> None:
    assert expected.replace("external", "example.com/v1beta1") in await ferries(command)
