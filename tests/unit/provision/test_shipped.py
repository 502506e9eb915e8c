"""keyferry.provision.shipped"""

import pytest

from keyferry.model.errors import Bug
from keyferry.provision import shipped


def test_finds_what_is_shipped() -> None:
    assert (shipped.find("crds") / "externalsecrets.external-secrets.io.yaml").is_file()


def test_says_what_a_package_lacks() -> None:
    with pytest.raises(Bug, match="deploy/nothing"):
        shipped.find("nothing")
