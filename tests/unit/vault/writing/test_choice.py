from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from keyferry.model.errors import GrantError
from keyferry.model.secrets import ObjectKind, SecretValue
from keyferry.vault.writing import choice
from keyferry.vault.writing.choice import Step
from keyferry.vault.writing.wish import Present, Wish
from tests.fakes.writing_stage import OURS, ref

SOON = datetime(2100, 1, 1, tzinfo=UTC)
LATER = datetime(2101, 1, 1, tzinfo=UTC)
WISH = Wish(ref=ref("db"), value=SecretValue(b"v"), tags=OURS)
SAME = Present(version="1", tags=OURS, is_same=True)


@pytest.mark.parametrize(
    ("wish", "present", "step"),
    [
        pytest.param({}, None, Step.WRITE, id="absent"),
        pytest.param({}, {}, Step.NOTHING, id="same"),
        pytest.param({}, {"is_same": False}, Step.WRITE, id="other-value"),
        pytest.param({"tags": OURS | {"a": "b"}}, {}, Step.UPDATE, id="new-tag"),
        pytest.param({}, {"tags": OURS | {"a": "b"}}, Step.UPDATE, id="tag-gone"),
        pytest.param({"content_type": "a"}, {}, Step.UPDATE, id="content-type"),
        pytest.param({"content_type": "a"}, {"content_type": "a"}, Step.NOTHING, id="same-content-type"),
        pytest.param({}, {"content_type": "a"}, Step.NOTHING, id="content-type-kept"),
        pytest.param({"expires": SOON}, {}, Step.UPDATE, id="expiry"),
        pytest.param({"expires": SOON}, {"expires": SOON}, Step.NOTHING, id="same-expiry"),
        pytest.param({"expires": SOON}, {"expires": LATER}, Step.UPDATE, id="other-expiry"),
        pytest.param({}, {"expires": SOON}, Step.WRITE, id="expiry-gone"),
        pytest.param({"ref": ref("web", ObjectKind.CERTIFICATE)}, {"expires": SOON}, Step.NOTHING, id="cert-expires"),
        pytest.param({"ref": ref("k", ObjectKind.KEY), "content_type": "a"}, {}, Step.NOTHING, id="key-has-no-type"),
    ],
)
def test_step(wish: dict[str, Any], present: dict[str, Any] | None, step: Step) -> None:
    found = None if present is None else replace(SAME, **present)
    assert choice.step(replace(WISH, **wish), found) is step


@pytest.mark.parametrize(
    ("present", "words"),
    [
        pytest.param({"tags": {}}, "has no tag managed-by: external-secrets", id="untagged"),
        pytest.param({"tags": {"managed-by": "terraform"}}, "has no tag managed-by", id="another-owner"),
        pytest.param({"is_backing": True}, "belongs to the certificate db", id="of-a-certificate"),
    ],
)
def test_somebody_else_s_object_is_refused(present: dict[str, Any], words: str) -> None:
    found = replace(SAME, **present)
    assert not choice.is_ours(found)
    with pytest.raises(GrantError, match=words):
        choice.step(WISH, found)


def test_the_content_type_that_stays_is_written_again() -> None:
    there = replace(SAME, content_type="a")
    assert choice.dressed(WISH, there).content_type == "a"
    assert choice.dressed(replace(WISH, content_type="b"), there).content_type == "b"
    assert choice.dressed(WISH, None).content_type == ""
