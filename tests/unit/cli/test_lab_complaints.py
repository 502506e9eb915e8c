import pytest

from keyferry.cli.lab_complaints import translated
from keyferry.lab.azure.seed import SeedError
from keyferry.lab.serve.issuers import IssuerMapError
from keyferry.lab.serve.listener import PortInUseError
from keyferry.lab.serve.options import FolderError
from keyferry.model.errors import SpecError


@pytest.mark.parametrize(
    ("complaint", "error"),
    [
        pytest.param(
            SeedError("vaults[0].name", "is too long", "shorten it"),
            ("the lab's seed is wrong at vaults[0].name", "is too long", "shorten it"),
            id="seed",
        ),
        pytest.param(
            SeedError("", "is no YAML", "mend it"),
            ("the lab's seed is wrong at its top", "is no YAML", "mend it"),
            id="top",
        ),
        pytest.param(PortInUseError("port 1 is in use"), ("port 1 is in use", "", ""), id="port"),
        pytest.param(
            IssuerMapError("'a' has no =", "write it"),
            ("--issuer-map cannot be followed: 'a' has no =", "", "write it"),
            id="map",
        ),
        pytest.param(FolderError("the path is too long"), ("the path is too long", "", ""), id="folder"),
    ],
)
def test_the_labs_complaints_in_keyferrys_words(complaint: Exception, error: tuple[str, str, str]) -> None:
    with pytest.raises(SpecError) as caught, translated():
        raise complaint
    assert (caught.value.what, caught.value.cause, caught.value.remedy) == error
