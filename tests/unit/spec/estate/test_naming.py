"""keyferry.spec.estate.naming"""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.spec.estate import azure_names, cluster_names
from keyferry.spec.estate.naming import Naming

NAMING = Naming(of="a pet", pattern="^[a-z](-?[a-z0-9])+$", alphabet="a-z0-9-", least=3, most=8, form="small letters")
EVERY = [
    found for module in (azure_names, cluster_names) for found in vars(module).values() if isinstance(found, Naming)
]


@pytest.mark.parametrize(
    ("text", "message", "remedy"),
    [
        pytest.param("rex-2", None, None, id="fine"),
        pytest.param("", "is empty", "use small letters", id="empty"),
        pytest.param("ab", "is 2 characters long, and a pet has 3 to 8", "use small letters", id="short"),
        pytest.param("abcdefghi", "is 9 characters long, and a pet has 3 to 8", "use small letters", id="long"),
        pytest.param("Rex", "has capital letters, which a pet cannot", "write it in lower case", id="capitals"),
        pytest.param("r_x", "has '_' as its character 2, which a pet cannot", "use small letters", id="character"),
        pytest.param("réx", "has '\\xe9' as its character 2, which a pet cannot", "use small letters", id="foreign"),
        pytest.param("rex-", "is not formed as a pet is", "use small letters", id="form"),
        pytest.param("rex\n", "has '\\n' as its character 4, which a pet cannot", "use small letters", id="line-end"),
        pytest.param("R-", "is 2 characters long, and a pet has 3 to 8", "use small letters", id="short-capital"),
    ],
)
def test_says_what_is_wrong(text: str, message: str | None, remedy: str | None) -> None:
    complaint = NAMING.complain(text)
    assert (complaint and complaint.message, complaint and complaint.remedy) == (message, remedy)


def test_one_length_is_told_as_one() -> None:
    complaint = azure_names.GUID.complain("hunter2")
    assert complaint is not None
    assert complaint.message == "is 7 characters long, and a GUID has 36"


@given(naming=st.sampled_from(EVERY), text=st.text(max_size=40))
def test_no_text_is_repeated(naming: Naming, text: str) -> None:
    complaint = naming.complain(text)
    if complaint is None:
        assert re.fullmatch(naming.pattern, text)
    elif len(text) > 3:
        assert text not in complaint.message


@pytest.mark.parametrize("naming", EVERY, ids=lambda naming: naming.of)
def test_the_field_says_the_same_to_editors(naming: Naming) -> None:
    node = naming.node("A name.", default="x")
    assert (node.doc, node.pattern, node.min_length, node.max_length, node.default) == (
        "A name.",
        naming.pattern,
        naming.least,
        naming.most,
        "x",
    )
    assert node.rule is not None
    assert node.rule("") == naming.complain("")
