import pytest

from keyferry.spec import registries


@pytest.mark.parametrize(
    ("text", "is_fine"),
    [
        pytest.param("example.azurecr.io", True, id="public"),
        pytest.param("Example.AzureCR.io", True, id="any-case"),
        pytest.param("example.westeurope.geo.azurecr.io", True, id="regional"),
        pytest.param("example.azurecr.us", True, id="government"),
        pytest.param("example.azurecr.cn", True, id="china"),
        pytest.param("azurecr.io", False, id="suffix-alone"),
        pytest.param(".azurecr.io", False, id="no-name"),
        pytest.param("example.azurecr.io.evil.example", False, id="suffix-in-the-middle"),
        pytest.param("evilazurecr.io", False, id="suffix-without-a-dot"),
        pytest.param("https://example.azurecr.io", False, id="address"),
        pytest.param("example.azurecr.io/app", False, id="repository"),
        pytest.param("example.azurecr.io:443", False, id="port"),
        pytest.param("user:password@example.azurecr.io", False, id="login"),
        pytest.param("a." * 130 + "azurecr.io", False, id="too-long"),
    ],
)
def test_takes_hosts_of_azures_registries_alone(text: str, is_fine: bool) -> None:
    complaint = registries.host(text)
    assert (complaint is None) is is_fine
    assert complaint is None or "password" not in complaint.message
