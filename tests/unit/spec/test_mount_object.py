from typing import Any

import pytest

from keyferry.model.secrets import ObjectKind, SecretName
from keyferry.spec import mount_object, yaml_nodes
from keyferry.spec.mount_object import MountObject, ObjectEncoding, ObjectFormat
from keyferry.spec.problems import Problems

VERSION = "0123456789abcdef0123456789abcdef"
GOOD = {"objectName": "db-password", "objectType": "secret"}


def read(**fields: str) -> tuple[MountObject | None, list[str]]:
    """Read an object from fields as they would stand in YAML, quotes and all."""
    text = "\n".join(f"{name}: {value}" for name, value in (GOOD | fields).items())
    document = yaml_nodes.parse(text)
    assert isinstance(document, yaml_nodes.Fields)
    problems = Problems()
    found = mount_object.read(document.fields, "o", problems)
    assert all(problem.remedy for problem in problems.found)
    return found, [str(problem) for problem in problems.found]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({}, {}, id="no-more-than-needed"),
        pytest.param({"objectName": "'  db-password '"}, {}, id="blanks-around-it"),
        pytest.param({"objectType": "key"}, {"kind": ObjectKind.KEY}, id="key"),
        pytest.param({"objectType": "cert"}, {"kind": ObjectKind.CERTIFICATE}, id="cert"),
        pytest.param({"objectAlias": "tls/db.pem"}, {"path": "tls/db.pem"}, id="alias"),
        pytest.param({"objectAlias": "''"}, {}, id="empty-alias"),
        pytest.param({"objectAlias": "~"}, {}, id="null-alias"),
        pytest.param({"objectAlias": "0755"}, {"path": "0755"}, id="alias-that-looks-like-a-number"),
        pytest.param({"objectVersion": VERSION}, {"version": VERSION}, id="version"),
        pytest.param({"objectVersion": VERSION.upper()}, {"version": VERSION}, id="version-in-upper-case"),
        pytest.param({"objectVersion": "latest"}, {}, id="latest"),
        pytest.param({"objectVersion": "latest", "objectVersionHistory": "3"}, {"history": 3}, id="latest-three"),
        pytest.param({"objectVersionHistory": "0"}, {}, id="no-history"),
        pytest.param({"objectVersionHistory": "~"}, {}, id="null-history"),
        pytest.param({"objectVersionHistory": "1"}, {}, id="a-history-of-one"),
        pytest.param({"objectVersionHistory": "100"}, {"history": 100}, id="the-longest-history"),
        pytest.param({"objectFormat": "PFX"}, {"format": ObjectFormat.PFX}, id="format-in-any-case"),
        pytest.param({"objectFormat": "pem", "objectType": "key"}, {"kind": ObjectKind.KEY}, id="pem-of-a-key"),
        pytest.param({"objectEncoding": "BASE64"}, {"encoding": ObjectEncoding.BASE64}, id="encoding-in-any-case"),
        pytest.param({"objectEncoding": "hex"}, {"encoding": ObjectEncoding.HEX}, id="hex"),
        pytest.param({"objectEncoding": "utf-8"}, {}, id="utf-8"),
        pytest.param({"filePermission": "0755"}, {"mode": 0o755}, id="permission-without-quotes"),
        pytest.param({"filePermission": "'0440'"}, {"mode": 0o440}, id="permission-in-quotes"),
        pytest.param({"filePermission": "600"}, {"mode": 0o600}, id="permission-without-zero"),
        pytest.param({"filePermission": "0"}, {"mode": 0}, id="no-permission-at-all"),
        pytest.param({"anything": "else"}, {}, id="unknown-fields-are-ignored"),
    ],
)
def test_reads_an_object(fields: dict[str, str], expected: dict[str, Any]) -> None:
    found, problems = read(**fields)
    assert problems == []
    usual = {"name": "db-password", "kind": ObjectKind.SECRET, "path": "db-password"}
    assert found == MountObject(**(usual | expected))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"objectName": ""}, "objectName: is missing or empty", id="no-name"),
        pytest.param({"objectAlias": "[a]"}, "objectAlias: must be text", id="list-as-alias"),
        pytest.param({"objectName": "a_b"}, 'objectName: "a_b" is not a name that Key Vault can have', id="name"),
        pytest.param({"objectName": "x" * 128}, "is not a name that Key Vault can have", id="long-name"),
        pytest.param({"objectType": ""}, "objectType: is missing or empty", id="no-type"),
        pytest.param({"objectType": "Secret"}, 'objectType: "Secret" is not one of secret, key, cert', id="case"),
        pytest.param({"objectType": "certificate"}, 'objectType: "certificate" is not one of', id="other-type"),
        pytest.param({"objectAlias": "/etc/passwd"}, 'objectAlias: "/etc/passwd" is absolute', id="absolute-alias"),
        pytest.param({"objectAlias": "a..b"}, 'objectAlias: "a..b" has two dots in a row', id="dots"),
        pytest.param({"objectVersion": "1"}, 'objectVersion: "1" is not a version', id="version"),
        pytest.param({"objectVersionHistory": "'5'"}, "objectVersionHistory: must be a whole number", id="quoted"),
        pytest.param({"objectVersionHistory": "five"}, "objectVersionHistory: must be a whole number", id="word"),
        pytest.param({"objectVersionHistory": "-1"}, "objectVersionHistory: must be a whole number", id="negative"),
        pytest.param({"objectVersionHistory": "1.5"}, "objectVersionHistory: must be a whole number", id="fraction"),
        pytest.param({"objectVersionHistory": "[5]"}, "objectVersionHistory: must be a whole number", id="list"),
        pytest.param({"objectVersionHistory": "101"}, "objectVersionHistory: is 101, and at most 100", id="history"),
        pytest.param({"objectFormat": "der"}, 'objectFormat: "der" is not one of pem, pfx', id="format"),
        pytest.param(
            {"objectFormat": "pfx", "objectType": "cert"}, "objectFormat: pfx does not go with", id="pfx-of-a-cert"
        ),
        pytest.param(
            {"objectFormat": "PFX", "objectType": "key"}, "objectFormat: pfx does not go with", id="upper-case-pfx"
        ),
        pytest.param({"objectEncoding": "utf8"}, 'objectEncoding: "utf8" is not one of utf-8, hex', id="encoding"),
        pytest.param(
            {"objectEncoding": "utf-8", "objectType": "key"}, "objectEncoding: does not go with", id="encoding-of-key"
        ),
        pytest.param({"filePermission": "0799"}, 'filePermission: "0799" is not between 0 and 0777', id="digits"),
        pytest.param({"filePermission": "1777"}, 'filePermission: "1777" is not between 0 and 0777', id="sticky"),
        pytest.param({"filePermission": "0o644"}, 'filePermission: "0o644" is not between', id="python-octal"),
        pytest.param({"filePermission": "rw-r--r--"}, 'filePermission: "rw-r--r--" is not', id="letters"),
        pytest.param({"filePermission": "0" * 9}, 'filePermission: "000000000" is not', id="long"),
    ],
)
def test_says_what_is_wrong(fields: dict[str, str], expected: str) -> None:
    found, problems = read(**fields)
    assert found is None
    (problem,) = problems
    assert problem.startswith("o.")
    assert expected in problem


def test_says_everything_at_once() -> None:
    found, problems = read(objectName="a_b", objectType="Secret", filePermission="9", objectVersion="1")
    assert (found, len(problems)) == (None, 4)


@pytest.mark.parametrize(
    ("field", "remedy"),
    [
        pytest.param("objectname", "rename objectname to objectName", id="near-miss"),
        pytest.param("zzz", "add the name that Key Vault shows", id="nothing-near"),
    ],
)
def test_finds_the_name_under_another_key(field: str, remedy: str) -> None:
    fields = yaml_nodes.parse(f"{field}: db\nobjectType: secret")
    assert isinstance(fields, yaml_nodes.Fields)
    problems = Problems()
    mount_object.read(fields.fields, "o", problems)
    assert [problem.remedy for problem in problems.found] == [remedy]


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        pytest.param(0, ("old",), id="one-file"),
        pytest.param(3, ("old/0", "old/1", "old/2"), id="a-file-for-each-version"),
    ],
)
def test_a_history_is_a_folder(history: int, expected: tuple[str, ...]) -> None:
    mounted = MountObject(name=SecretName("db"), kind=ObjectKind.SECRET, path="old", history=history)
    assert mounted.paths == expected
