from typing import Any

import pytest

from keyferry.lab.azure.seed import federated
from keyferry.lab.azure.seed.fields import Fields, SeedError

GOOD = {"name": "one", "issuer": "https://i", "subject": "s"}


def _parse(*credentials: dict[str, Any]) -> Any:
    return federated.parse(Fields({"federatedCredentials": list(credentials)}, ""))


def test_the_audience_has_a_default() -> None:
    (credential,) = _parse(GOOD)
    assert (credential.name, credential.issuer, credential.subject) == ("one", "https://i", "s")
    assert credential.audience == federated.DEFAULT_AUDIENCE


@pytest.mark.parametrize(
    ("credentials", "path"),
    [
        pytest.param([{**GOOD, "name": "-x"}], "federatedCredentials[0].name", id="name"),
        pytest.param([{**GOOD, "audiences": ["a", "b"]}], "federatedCredentials[0].audiences", id="two-audiences"),
        pytest.param([{**GOOD, "audiences": [""]}], "federatedCredentials[0].audiences[0]", id="no-audience"),
        pytest.param([{**GOOD, "subject": "s" * 601}], "federatedCredentials[0].subject", id="long-subject"),
        pytest.param([{**GOOD, "issuer": ""}], "federatedCredentials[0].issuer", id="no-issuer"),
        pytest.param([GOOD, {**GOOD, "name": "two"}], "federatedCredentials", id="issuer-and-subject-twice"),
        pytest.param([GOOD, {**GOOD, "name": "ONE", "subject": "t"}], "federatedCredentials", id="name-twice"),
        pytest.param(
            [{**GOOD, "name": f"fic-{n}", "subject": f"s{n}"} for n in range(21)], "federatedCredentials", id="21"
        ),
    ],
)
def test_refuses(credentials: list[dict[str, Any]], path: str) -> None:
    with pytest.raises(SeedError) as refusal:
        _parse(*credentials)
    assert refusal.value.path == path
