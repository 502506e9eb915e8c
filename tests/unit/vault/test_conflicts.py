from datetime import timedelta

import pytest

from keyferry.identity.answers import Answer
from keyferry.model.errors import KeyferryError, Unavailable, Where
from keyferry.vault import conflicts
from keyferry.vault.conflicts import SETTLING, NameTaken

WHERE = Where(kind="Key Vault", name="https://kv.vault.azure.net", path="secrets/db")


def told(code: str, retry_after: timedelta | None = None) -> KeyferryError:
    answer = Answer(status=409, body=b"", retry_after=retry_after, challenge="")
    return conflicts.of_code(code, answer, "writing secret db", WHERE)


def test_a_deleted_object_that_keeps_its_name_is_to_be_recovered_or_purged() -> None:
    error = told("ObjectIsDeletedButRecoverable")
    assert isinstance(error, NameTaken)
    assert "recover secrets/db in https://kv.vault.azure.net, or purge it" in str(error)


@pytest.mark.parametrize(
    ("code", "asked", "wait"),
    [
        pytest.param("ObjectIsBeingDeleted", None, SETTLING, id="deleting"),
        pytest.param("ObjectIsBeingRecovered", timedelta(seconds=9), timedelta(seconds=9), id="recovering"),
        pytest.param("SomethingElse", None, None, id="unknown"),
        pytest.param("", None, None, id="without-a-code"),
    ],
)
def test_what_passes_is_waited_for(code: str, asked: timedelta | None, wait: timedelta | None) -> None:
    error = told(code, asked)
    assert isinstance(error, Unavailable)
    assert error.retry_after == wait
