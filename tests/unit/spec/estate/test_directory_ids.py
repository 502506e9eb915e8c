"""keyferry.spec.estate.directory_ids"""

import pytest

from keyferry.spec.estate import directory_ids
from keyferry.spec.estate.drafts import Draft, Notes
from keyferry.spec.estate.origins import Origin
from tests.fakes.estate_documents import TENANT, told

OTHER = "6f0c9a52-3b8e-4d17-a6f4-2c1d7e9b8a30"


@pytest.mark.parametrize(
    ("written", "expected", "notes"),
    [
        pytest.param(None, (), [], id="left-out"),
        pytest.param([OTHER.upper(), TENANT], (OTHER, TENANT), [], id="in-lower-case"),
        pytest.param(
            [OTHER, OTHER.upper()], (OTHER,), ["spec.ids[1]: is there twice (remove one of them)"], id="one-twice"
        ),
        pytest.param(
            [directory_ids.NOBODY],
            (directory_ids.NOBODY,),
            ["spec.ids[0]: is nobody's id (copy the object id from Entra, or remove it)"],
            id="nobody",
        ),
    ],
)
def test_ids(written: list[str] | None, expected: tuple[str, ...], notes: list[str]) -> None:
    found = Notes()
    content = {} if written is None else {"ids": written}
    assert directory_ids.read(Draft(content=content, origin=Origin(), path="spec"), "ids", found) == expected
    assert told(found.found) == notes
