import pytest

from keyferry.kube.wire import pages
from keyferry.model.errors import Unavailable


def test_items_stay_undecoded() -> None:
    page = pages.decode(b'{"metadata":{"resourceVersion":"5","continue":"abc"},"items":[{"metadata":1},"x"]}')
    assert [bytes(item) for item in page.items] == [b'{"metadata":1}', b'"x"']
    assert (page.resource_version, page.next_page) == ("5", "abc")


@pytest.mark.parametrize("items", [b'"items":null', b'"items":[]', b'"kind":"List"'])
def test_no_items(items: bytes) -> None:
    page = pages.decode(b'{"metadata":{"resourceVersion":"5"},' + items + b"}")
    assert (page.items, page.next_page) == ([], "")


def test_a_page_of_somebody_else_is_not_repeated() -> None:
    with pytest.raises(Unavailable) as caught:
        pages.decode(b"<html>password</html>")
    assert "password" not in str(caught.value)
