import pytest

from keyferry.lab.world.http import Request

REQUEST = Request(method="GET", path="/", query=(("a", "1"), ("b", ""), ("a", "2")))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("a", "1", id="takes-the-first-of-repeats"),
        pytest.param("b", "", id="an-empty-value-is-a-value"),
        pytest.param("c", "other", id="falls-back-where-absent"),
    ],
)
def test_parameter(name: str, expected: str) -> None:
    assert REQUEST.parameter(name, "other") == expected


@pytest.mark.parametrize(
    ("port", "authority"),
    [
        pytest.param(443, "kv.example", id="the-usual-port-is-not-written"),
        pytest.param(8443, "kv.example:8443", id="another-one-is"),
    ],
)
def test_authority(port: int, authority: str) -> None:
    assert Request(method="GET", path="/", host="kv.example", port=port).authority == authority
