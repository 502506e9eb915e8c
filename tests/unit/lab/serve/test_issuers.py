import pytest

from keyferry.lab.serve import issuers
from keyferry.lab.serve.issuers import Address, Entry, IssuerMapError, Issuers

ONE, TWO, THREE = (Address(host=f"10.0.0.{last}", port=6443) for last in (1, 2, 3))


@pytest.mark.parametrize(
    ("url", "address"),
    [
        pytest.param("https://a.example/.well-known/openid-configuration", ONE, id="the-host"),
        pytest.param("https://A.example./x", ONE, id="written-otherwise"),
        pytest.param("https://a.example:443/x", ONE, id="the-port-of-https"),
        pytest.param("https://a.example/two/keys", TWO, id="the-longest-path"),
        pytest.param("https://a.example/two", TWO, id="the-path-itself"),
        pytest.param("https://a.example/twofold/keys", ONE, id="another-path"),
        pytest.param("https://a.example:6443/keys", THREE, id="another-port"),
        pytest.param("https://b.example/", None, id="another-host"),
        pytest.param("https://a.example:8443/", None, id="a-port-that-nobody-mapped"),
    ],
)
def test_the_longest_url_decides(url: str, address: Address | None) -> None:
    known = Issuers([Entry(url="https://a.example", address=ONE), Entry(url="https://a.example/two/", address=TWO)])
    known.add(Entry(url="https://a.example:6443", address=THREE))
    assert known.find(url) == address


def test_a_host_is_found_whatever_its_path() -> None:
    known = Issuers([Entry(url="https://a.example/two/", address=TWO)])
    assert known.at("a.example", 443) == TWO
    assert known.at("a.example", 6443) is None


def test_the_same_url_again_takes_the_place_of_the_first() -> None:
    known = Issuers([Entry(url="https://a.example/", address=ONE)])
    known.add(Entry(url="https://a.example", address=TWO))
    assert [entry.address for entry in known.entries] == [TWO]


@pytest.mark.parametrize(
    ("text", "url", "address"),
    [
        pytest.param("https://a.example=10.0.0.1:6443", "https://a.example", "10.0.0.1:6443", id="host"),
        pytest.param("https://a.example:6443/b/c/=kind:1", "https://a.example:6443/b/c/", "kind:1", id="path-and-name"),
        pytest.param("https://a.example/=[::1]:65535", "https://a.example/", "[::1]:65535", id="ip-version-6"),
    ],
)
def test_an_entry_is_read(text: str, url: str, address: str) -> None:
    entry = issuers.parse(text)
    assert (entry.url, str(entry.address)) == (url, address)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("https://a.example", "has no =", id="no-address"),
        pytest.param("http://a.example=1.2.3.4:1", "is no place to map", id="http"),
        pytest.param("a.example=1.2.3.4:1", "is no place to map", id="no-url"),
        pytest.param("https://[=1.2.3.4:1", "is no place to map", id="broken-url"),
        pytest.param("https://a:99999=1.2.3.4:1", "is no place to map", id="broken-port"),
        pytest.param("https://u@a=1.2.3.4:1", "is no place to map", id="a-user"),
        pytest.param("https://a?b=1.2.3.4:1", "is no place to map", id="a-query"),
        pytest.param("https://a=1.2.3.4", "has no port", id="no-port"),
        pytest.param("https://a=1.2.3.4:0", "has no port", id="port-zero"),
        pytest.param("https://a=1.2.3.4:70000", "has no port", id="port-too-high"),
        pytest.param("https://a=:6443", "names no host", id="no-host"),
        pytest.param("https://a=https://b:6443", "names no host", id="a-url-for-an-address"),
        pytest.param("https://a=::1::6443", "is no address", id="an-address-that-is-none"),
    ],
)
def test_what_is_no_entry_is_told(text: str, words: str) -> None:
    with pytest.raises(IssuerMapError, match=words) as caught:
        issuers.parse(text)
    assert caught.value.remedy
