"""Classes are known by their long names, in any spelling."""

import pytest

from keyferry.template.functions.patterns import class_names


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        pytest.param(rb"a\pL[\p{Lu}]", rb"a\pL[\p{Lu}]", id="short"),
        pytest.param(rb"\p{Letter}", rb"\p{L}", id="long"),
        pytest.param(rb"[\P{decimal number}x]", rb"[\P{Nd}x]", id="spaces"),
        pytest.param(rb"\p{^Currency_Symbol}", rb"\p{^Sc}", id="underscores-and-not"),
        pytest.param(rb"\p{lu}", rb"\p{Lu}", id="small-letters"),
        pytest.param(rb"\p{greek}\p{old-italic}", rb"\p{Greek}\p{Old_Italic}", id="scripts"),
        pytest.param(rb"\Q\p{Letter}\E\p{Letter}", rb"\Q\p{Letter}\E\p{L}", id="quoted"),
        pytest.param(rb"\\p{Letter}", rb"\\p{Letter}", id="a-backslash-before"),
    ],
)
def test_shortens(pattern: bytes, expected: bytes) -> None:
    assert class_names.shortened(pattern) == expected
