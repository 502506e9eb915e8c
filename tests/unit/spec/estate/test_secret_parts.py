"""keyferry.spec.estate.secret_parts"""

from typing import Any

import pytest

from keyferry.spec.estate import delivery
from keyferry.spec.estate.sites import Consumption, Deliver, Delivery, ObjectType, SiteSecret
from tests.fakes.estate_documents import problems, site

VERSION = "0123456789abcdef0123456789abcdef"


def test_a_secret_with_defaults() -> None:
    chosen = delivery.choose(Deliver.AUTO, Consumption.FILES, ObjectType.SECRET)
    assert site(secrets=[{"name": "db"}]).secrets == (
        SiteSecret(
            vault="kv-a",
            name="db",
            alias="db",
            type=ObjectType.SECRET,
            version="",
            consume=Consumption.FILES,
            delivery=Delivery.FILES,
            reason=chosen.reason,
        ),
    )


def test_a_secret_with_everything() -> None:
    written = {"name": "db", "as": "DB", "type": "key", "version": VERSION, "vault": "kv-a", "consume": "secretRef"}
    (found,) = site(secrets=[written | {"deliver": "secret"}]).secrets
    assert (found.alias, found.type, found.version) == ("DB", ObjectType.KEY, VERSION)
    assert (found.consume, found.delivery) == (Consumption.SECRET_REF, Delivery.SECRET)


@pytest.mark.parametrize(
    ("secrets", "expected"),
    [
        pytest.param(
            [{"name": "db", "consume": "env", "as": "DB", "deliver": "files"}],
            ["spec.sites[0].secrets[0]: `deliver: files` and `consume: env` contradict each other"],
            id="contradiction",
        ),
        pytest.param(
            [{"name": "tls", "consume": "env", "as": "TLS", "type": "certificate"}],
            ["spec.sites[0].secrets[0]: a certificate is binary in a Secret"],
            id="certificate-in-a-variable",
        ),
        pytest.param(
            [{"name": "db-connection", "consume": "env"}],
            ["spec.sites[0].secrets[0].name: cannot be the name of an environment variable"],
            id="no-variable",
        ),
        pytest.param(
            [{"name": "db", "as": "1DB", "consume": "env"}],
            ["spec.sites[0].secrets[0].as: cannot be the name of an environment variable"],
            id="no-variable-as-written",
        ),
        pytest.param(
            [{"name": "db", "as": "a/b", "consume": "secretRef"}],
            ["spec.sites[0].secrets[0].as: cannot be a key of a Secret"],
            id="no-key",
        ),
        pytest.param([{"name": "db", "as": "a/b"}], [], id="a-path-is-a-file"),
        pytest.param(
            [{"name": "db", "as": "../b"}],
            ["spec.sites[0].secrets[0].as: can be the name of no file below a mount"],
            id="no-file",
        ),
        pytest.param(
            [{"name": "db"}, {"name": "x", "as": "DB"}, {"name": "db"}],
            [
                'spec.sites[0].secrets[1].as: is seen as "DB", as secret 1 of the site is',
                'spec.sites[0].secrets[2].name: is seen as "db", as secret 1 of the site is',
            ],
            id="seen-as-one",
        ),
        pytest.param(
            [{"name": "x", "as": "tls"}, {"name": "y", "as": "tls/key"}],
            ['spec.sites[0].secrets[1].as: cannot be beside "tls": one is a folder of the other'],
            id="a-folder-of-another",
        ),
        pytest.param(
            [{"name": "?", "consume": "env"}, {"name": "!", "consume": "env"}],
            [
                "spec.sites[0].secrets[0].name: has '?' as its character 1, which the name of a vault's object cannot",
                "spec.sites[0].secrets[1].name: has '!' as its character 1, which the name of a vault's object cannot",
            ],
            id="what-has-no-name-is-seen-as-nothing",
        ),
        pytest.param(
            [{"name": "db", "version": "latest"}],
            ["spec.sites[0].secrets[0].version: is 6 characters long, and a version of Key Vault has 32"],
            id="version",
        ),
        pytest.param(
            [{"name": "db", "consum": "env"}],
            ["spec.sites[0].secrets[0].consum: is not a field of this API"],
            id="unknown-field",
        ),
    ],
)
def test_problems(secrets: list[dict[str, Any]], expected: list[str]) -> None:
    found = problems(sites=[{"name": "web", "secrets": secrets}])
    assert len(found) == len(expected)
    assert [line for line, begun in zip(found, expected, strict=True) if not line.startswith(begun)] == []
