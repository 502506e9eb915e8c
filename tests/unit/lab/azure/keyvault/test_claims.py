from typing import Any

import pytest

from keyferry.lab.azure.keyvault import claims
from tests.fakes import lab_azure
from tests.fakes.lab_azure import NOW, READER


def test_reads_what_a_token_says() -> None:
    read = claims.of(lab_azure.access_token(lab_azure.azure()))
    assert (read["appid"], claims.issued(read)) == (READER, int(NOW.timestamp()))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param({}, False, id="unsaid"),
        pytest.param({"xms_cc": ["CP1"]}, True, id="list"),
        pytest.param({"xms_cc": "CP1"}, True, id="word"),
        pytest.param({"xms_cc": ["CP2"]}, False, id="another"),
    ],
)
def test_capabilities(content: dict[str, Any], expected: bool) -> None:
    assert claims.answers_challenges(content) is expected


def test_a_token_that_does_not_say_when_is_of_long_ago() -> None:
    assert claims.issued({}) == 0
