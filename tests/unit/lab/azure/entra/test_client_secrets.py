from datetime import datetime

import pytest

from keyferry.lab.azure.directory import Application
from keyferry.lab.azure.entra import client_secrets
from keyferry.lab.azure.entra.answers import RefusedError
from tests.fakes import entra_clients, lab_azure
from tests.fakes.lab_azure import NOW, later

SECRETS = [
    {"name": "good", "value": "good", "notBefore": NOW.isoformat(), "expires": later(days=1).isoformat()},
    {"name": "old", "value": "old", "expires": NOW.isoformat()},
    {"name": "endless", "value": "endless"},
]


def _application() -> Application:
    return lab_azure.azure(applications=[entra_clients.application(secrets=SECRETS)]).directory.applications[0]


@pytest.mark.parametrize(("value", "now"), [("good", NOW), ("endless", later(days=9000))])
def test_takes_a_secret_within_its_time(value: str, now: datetime) -> None:
    client_secrets.verify(value, _application(), now)


@pytest.mark.parametrize(
    ("value", "now", "code"),
    [
        pytest.param("bad", NOW, 7000215, id="wrong"),
        pytest.param("GOOD", NOW, 7000215, id="case-matters"),
        pytest.param("old", NOW, 7000222, id="expired"),
        pytest.param("good", later(days=1), 7000222, id="expired-later"),
        pytest.param("good", later(seconds=-1), 7000222, id="not-yet"),
    ],
)
def test_refuses(value: str, now: datetime, code: int) -> None:
    with pytest.raises(RefusedError) as refusal:
        client_secrets.verify(value, _application(), now)
    assert refusal.value.code == code
    assert value not in refusal.value.message.split()


def test_the_id_of_a_secret_is_not_its_value() -> None:
    application = _application()
    with pytest.raises(RefusedError, match="AADSTS7000215"):
        client_secrets.verify(application.secrets[0].id, application, NOW)


def test_a_managed_identity_has_none() -> None:
    with pytest.raises(RefusedError, match="AADSTS7000232"):
        client_secrets.verify("x", lab_azure.azure().directory.identities[0], NOW)
