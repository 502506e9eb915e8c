import pytest

from keyferry.lab.kubernetes.status import StatusError
from keyferry.lab.kubernetes.storage import selectors

OBJECT = {"metadata": {"name": "a", "namespace": "n", "labels": {"app": "web", "size": "4"}}, "spec": {"on": True}}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        pytest.param("app=web", True, id="equal"),
        pytest.param("app==web", True, id="double-equal"),
        pytest.param("app!=web", False, id="unequal"),
        pytest.param("gone!=web", True, id="unequal-without-the-key"),
        pytest.param("app in (db, web)", True, id="in"),
        pytest.param("app notin (db,web)", False, id="notin"),
        pytest.param("gone notin (db)", True, id="notin-without-the-key"),
        pytest.param("app", True, id="exists"),
        pytest.param("!app", False, id="absent"),
        pytest.param("app=web,size>3", True, id="greater"),
        pytest.param("size<3", False, id="less"),
        pytest.param("app>3", False, id="no-number"),
        pytest.param("app=web,app in (db),size", False, id="all-must-hold"),
        pytest.param("gone=", False, id="empty-value-needs-the-key"),
    ],
)
def test_labels(text: str, holds: bool) -> None:
    selector = selectors.labels(text)
    assert selector is not None
    assert selector(OBJECT) is holds


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        pytest.param("metadata.name=a", True, id="name"),
        pytest.param("metadata.namespace!=n", False, id="namespace"),
        pytest.param("spec.on=true,metadata.name==a", True, id="boolean"),
        pytest.param("spec.off=", True, id="missing-is-empty"),
    ],
)
def test_fields(text: str, holds: bool) -> None:
    selector = selectors.fields(text, ("spec.on", "spec.off"))
    assert selector is not None
    assert selector(OBJECT) is holds


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("", "", id="none"),
        pytest.param("metadata.name=a", "a", id="equal"),
        pytest.param("spec.on=true, metadata.name == a", "a", id="among-others"),
        pytest.param("metadata.name!=a", "", id="unequal"),
        pytest.param("metadata.namespace=n", "", id="another-field"),
        pytest.param("metadata.name=", "", id="empty"),
    ],
)
def test_the_only_name(text: str, name: str) -> None:
    assert selectors.only_name(text) == name


def test_empty_selectors_let_everything_through() -> None:
    assert selectors.labels("") is None
    assert selectors.fields("", ()) is None
    assert selectors.both(None, None) is None


def test_both_must_hold() -> None:
    yes, no = selectors.labels("app=web"), selectors.labels("app=db")
    assert selectors.both(yes, None) is yes
    joined = selectors.both(yes, no)
    assert joined is not None
    assert not joined(OBJECT)


@pytest.mark.parametrize("text", ["a=(", "a in b", "=a", "a b"])
def test_refuses_labels_it_cannot_read(text: str) -> None:
    with pytest.raises(StatusError, match="unable to parse requirement"):
        selectors.labels(text)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param("spec.x=1", "field label not supported: spec.x", id="field"),
        pytest.param("x", "invalid", id="term"),
    ],
)
def test_refuses_fields_it_does_not_know(text: str, complaint: str) -> None:
    with pytest.raises(StatusError, match=complaint):
        selectors.fields(text, ())
