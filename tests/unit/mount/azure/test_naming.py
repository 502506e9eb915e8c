from datetime import timedelta

import pytest

from keyferry.model.errors import AssertionRejected, KeyferryError, SecretAbsent, Throttled, Where
from keyferry.model.secrets import ObjectKind, SecretVersion
from keyferry.mount.azure.naming import object_id, told_of
from tests.fakes.mount_source import wanted


@pytest.mark.parametrize(
    ("kind", "index", "expected"),
    [
        pytest.param(ObjectKind.SECRET, None, "secret/db", id="secret"),
        pytest.param(ObjectKind.KEY, None, "key/db", id="key"),
        pytest.param(ObjectKind.CERTIFICATE, None, "cert/db", id="certificate"),
        pytest.param(ObjectKind.SECRET, 0, "secret/db/0", id="newest-of-a-history"),
        pytest.param(ObjectKind.CERTIFICATE, 12, "cert/db/12", id="older-one"),
    ],
)
def test_a_status_shows_type_name_and_place_and_no_alias(kind: ObjectKind, index: int | None, expected: str) -> None:
    assert object_id(wanted(kind=kind, path="alias"), index) == expected


WHERE = Where(kind="Key Vault", name="kv")


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(SecretAbsent(what="gone", cause="why", remedy="do", where=WHERE), id="absent"),
        pytest.param(
            Throttled(what="gone", retry_after=timedelta(seconds=3), cause="why", where=WHERE), id="throttled"
        ),
        pytest.param(AssertionRejected(what="gone", code=70021, cause="why"), id="refused"),
    ],
)
def test_an_error_keeps_all_it_says_and_tells_the_object_first(error: KeyferryError) -> None:
    named = told_of(error, wanted("db", version=SecretVersion("5f" * 16)))
    assert type(named) is type(error)
    assert vars(named) == vars(error) | {
        "what": f"objectType: secret, objectName: db, objectVersion: {'5f' * 16}: gone"
    }
    assert str(named) == f"objectType: secret, objectName: db, objectVersion: {'5f' * 16}: {error}"
    assert error.what == "gone"


def test_the_latest_version_is_not_spelled_out() -> None:
    assert told_of(SecretAbsent(what="gone"), wanted("web", ObjectKind.CERTIFICATE)).args == (
        "objectType: cert, objectName: web: gone",
    )
