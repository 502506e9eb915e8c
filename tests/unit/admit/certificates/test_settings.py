import pytest

from keyferry.admit.certificates import settings
from keyferry.kube.wire.objects import Key
from keyferry.model.errors import SpecError


def test_named() -> None:
    assert settings.named("ns/name", "--service") == Key(namespace="ns", name="name")


@pytest.mark.parametrize("text", ["", "name", "/name", "ns/", "a/b/c"])
def test_what_names_nothing_is_refused_with_its_flag(text: str) -> None:
    with pytest.raises(SpecError, match="--service"):
        settings.named(text, "--service")


def test_hosts() -> None:
    assert settings.hosts(Key(namespace="ns", name="web")) == ("web.ns.svc", "web.ns.svc.cluster.local")
