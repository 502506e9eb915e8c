from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.model.errors import NotFound
from keyferry.model.secrets import SecretProperties, SecretVersion
from keyferry.mount.azure.history import newest
from tests.fakes.bundles import CREATED, properties
from tests.fakes.mount_source import wanted


def made(version: str, second: int | None = 0, *, enabled: bool = True) -> SecretProperties:
    created = None if second is None else CREATED + timedelta(seconds=second)
    return properties(version=SecretVersion(version), created=created, enabled=enabled)


@pytest.mark.parametrize(
    ("listed", "count", "start", "current", "expected"),
    [
        pytest.param([made("a", 1), made("b", 2), made("c", 3)], 5, "", "c", "cba", id="fewer-than-asked-for"),
        pytest.param([made("a", 1), made("b", 2), made("c", 3)], 2, "", "c", "cb", id="exactly-so-many"),
        pytest.param([made("a", 1), made("b", 2), made("c", 3)], 3, "", "c", "cba", id="all"),
        pytest.param([made("c", 3), made("a", 1), made("b", 2)], 2, "b", "c", "ba", id="from-a-version-on"),
        pytest.param([made("a", 1), made("b", 2), made("c", 3)], 5, "a", "c", "a", id="from-the-oldest-on"),
        pytest.param(
            [made("a", 1), made("b", 2, enabled=False), made("c", 3)], 2, "", "c", "ca", id="without-disabled"
        ),
        pytest.param([made("a", 1), made("b", 2, enabled=False)], 2, "", "", "a", id="latest-disabled"),
        pytest.param([made("a"), made("c"), made("b")], 3, "", "", "cba", id="one-second-by-id"),
        pytest.param([made("a"), made("c"), made("b")], 3, "", "a", "acb", id="one-second-current-first"),
        pytest.param(
            [made("a", None), made("b", 1), made("c", None)], 3, "", "b", "bca", id="no-instant-is-the-oldest"
        ),
        pytest.param([made("a", 2), made("a", 1)], 5, "", "a", "a", id="one-twice"),
        pytest.param([made("a", 1), made("", 2)], 5, "", "a", "a", id="without-an-id"),
    ],
)
def test_the_newest_enabled_versions_in_order(
    listed: list[SecretProperties], count: int, start: str, current: str, expected: str
) -> None:
    asked = wanted(history=count, version=SecretVersion(start))
    assert "".join(one.version for one in newest(listed, asked, SecretVersion(current))) == expected


@pytest.mark.parametrize(
    ("listed", "start", "said"),
    [
        pytest.param([], "", "no version is enabled", id="none"),
        pytest.param([made("a", enabled=False)], "", "no version is enabled", id="all-disabled"),
        pytest.param([made("a"), made("b", enabled=False)], "b", "version b is not among", id="start-disabled"),
        pytest.param([made("a")], "x", "version x is not among", id="start-unknown"),
    ],
)
def test_nothing_to_show_is_said(listed: list[SecretProperties], start: str, said: str) -> None:
    with pytest.raises(NotFound, match=said):
        newest(listed, wanted(history=3, version=SecretVersion(start)), SecretVersion(""))


VERSIONS = st.lists(
    st.builds(
        made,
        st.text("0123456789abcdef", min_size=1, max_size=4),
        st.none() | st.integers(0, 3),
        enabled=st.booleans(),
    ),
    unique_by=lambda one: one.version,
)


@given(VERSIONS, st.integers(2, 6), st.randoms(use_true_random=False))
def test_the_order_of_the_list_is_of_no_matter(listed: list[SecretProperties], count: int, random: object) -> None:
    enabled = [one for one in listed if one.enabled]
    if not enabled:
        return
    asked = wanted(history=count)
    chosen = newest(listed, asked, SecretVersion(""))
    shuffled = list(listed)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives random.Random, whose name is banned here
    assert newest(shuffled, asked, SecretVersion("")) == chosen
    assert len(chosen) == min(count, len(enabled))
    assert all(one in enabled for one in chosen)
