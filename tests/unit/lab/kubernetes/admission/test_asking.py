import pytest

from keyferry.lab.kubernetes.admission import asking
from keyferry.lab.kubernetes.admission.asking import Ask, Review


def _review(*asks: Ask) -> Review[str]:
    if asks:
        yield asks
    return "done"


def test_a_review_that_asks_nobody_is_done_alone() -> None:
    assert asking.alone(_review()) == "done"
    with pytest.raises(AssertionError):
        asking.alone(_review(Ask(url="https://127.0.0.1/", body=b"", timeout_seconds=1)))
