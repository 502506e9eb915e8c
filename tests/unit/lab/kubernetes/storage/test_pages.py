import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.lab.kubernetes.status import StatusError
from keyferry.lab.kubernetes.storage import pages
from keyferry.lab.kubernetes.storage.pages import Place


@given(st.integers(1, 2**62), st.text(), st.text())
def test_reads_back_what_it_wrote(revision: int, namespace: str, name: str) -> None:
    place = Place(revision=revision, after=(namespace, name))
    assert pages.read(pages.write(place)) == place


@pytest.mark.parametrize("token", ["x", "e30", "🎈", "bm90IGpzb24"])
def test_refuses_tokens_of_others(token: str) -> None:
    with pytest.raises(StatusError, match="continue key is not valid"):
        pages.read(token)
