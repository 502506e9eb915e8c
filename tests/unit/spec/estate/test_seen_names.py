"""keyferry.spec.estate.seen_names"""

import pytest

from keyferry.spec.estate import seen_names


@pytest.mark.parametrize(
    ("text", "is_fine"),
    [
        pytest.param("DB_CONNECTION", True, id="name"),
        pytest.param("tls/cert.pem", True, id="path"),
        pytest.param(".dockerconfigjson", True, id="dot-file"),
        pytest.param("", False, id="empty"),
        pytest.param("../x", False, id="out"),
        pytest.param("/etc/x", False, id="absolute"),
        pytest.param("a..b", False, id="two-dots"),
        pytest.param("a\nb", False, id="line-end"),
        pytest.param("a" * 256, False, id="long"),
    ],
)
def test_aliases(text: str, is_fine: bool) -> None:
    assert (seen_names.alias(text) is None) is is_fine


@pytest.mark.parametrize(
    ("text", "is_fine"),
    [
        pytest.param("DB_CONNECTION", True, id="name"),
        pytest.param(".dockerconfigjson", True, id="dot-file"),
        pytest.param("tls/cert.pem", False, id="path"),
        pytest.param(".", False, id="dot"),
        pytest.param("..a", False, id="two-dots"),
        pytest.param("é", False, id="foreign"),
        pytest.param("a" * 254, False, id="long"),
    ],
)
def test_keys(text: str, is_fine: bool) -> None:
    assert (seen_names.key(text) is None) is is_fine


@pytest.mark.parametrize(
    ("text", "is_written", "remedy"),
    [
        pytest.param("DB_CONNECTION", False, None, id="a-vaults-name-that-is-one"),
        pytest.param("db-connection", False, "write `as: DB_CONNECTION`, or what it is known by", id="a-vaults-name"),
        pytest.param("1st-key", False, "write `as: _1ST_KEY`, or what it is known by", id="a-vaults-name-with-a-digit"),
        pytest.param("spring.datasource.password", True, None, id="one-with-dots-that-was-written"),
        pytest.param("1ST", True, "use letters, digits and _, no digit first", id="one-with-a-digit-first"),
        pytest.param("A B", True, "use letters, digits and _, no digit first", id="one-with-a-blank"),
    ],
)
def test_variables(text: str, is_written: bool, remedy: str | None) -> None:
    complaint = seen_names.variable(text, is_written=is_written)
    assert (complaint and complaint.remedy) == remedy


@pytest.mark.parametrize(
    ("text", "is_fine"),
    [
        pytest.param("/mnt/secrets", True, id="fine"),
        pytest.param("/a.b/..c", True, id="dots-in-names"),
        pytest.param("/", False, id="root"),
        pytest.param("mnt", False, id="relative"),
        pytest.param("/mnt/../etc", False, id="up"),
        pytest.param("/mnt/./x", False, id="dot"),
        pytest.param("/mnt//x", False, id="two-slashes"),
        pytest.param("/mnt:ro", False, id="colon"),
        pytest.param("/mnt\tx", False, id="tab"),
        pytest.param("/" + "a" * 1024, False, id="long"),
    ],
)
def test_mount_paths(text: str, is_fine: bool) -> None:
    assert (seen_names.mount_path(text) is None) is is_fine
