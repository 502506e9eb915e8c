from typing import Any

import pytest

from keyferry.spec import secret_objects
from keyferry.spec.problems import Problems
from keyferry.spec.secret_objects import KeySource, SecretObject

DATA = [{"objectName": "db-password", "key": "password"}]
GOOD: dict[str, Any] = {"secretName": "db", "type": "Opaque", "data": DATA}


def read(*entries: object) -> tuple[tuple[SecretObject, ...], list[str]]:
    problems = Problems()
    found = secret_objects.read(list(entries), problems)
    assert all(problem.remedy for problem in problems.found)
    return found, [str(problem) for problem in problems.found]


def data(*keys: str) -> list[dict[str, str]]:
    return [{"objectName": "x", "key": key} for key in keys]


def tls(*keys: str) -> dict[str, Any]:
    return {"type": "kubernetes.io/tls", "data": data(*keys)}


def test_reads_a_secret() -> None:
    labels, annotations = {"environment": "test"}, {"note": "any text"}
    found, problems = read(GOOD | {"labels": labels, "annotations": annotations})
    source = KeySource(key="password", object_name="db-password")
    assert problems == []
    assert found == (
        SecretObject(secret_name="db", type="Opaque", data=(source,), labels=labels, annotations=annotations),
    )


def test_blanks_around_words_do_not_count() -> None:
    entry = GOOD | {"type": " Opaque ", "data": [{"objectName": " tls/cert.pem ", "key": " cert "}]}
    ((secret,), problems) = read(entry)
    assert problems == []
    assert (secret.type, secret.data) == ("Opaque", (KeySource(key="cert", object_name="tls/cert.pem"),))


def test_a_class_may_have_none() -> None:
    problems = Problems()
    assert secret_objects.read(None, problems) == ()
    assert read() == ((), [])
    assert not problems


@pytest.mark.parametrize("found", ["text", {"secretName": "db"}, 5])
def test_refuses_what_is_no_list(found: object) -> None:
    problems = Problems()
    assert secret_objects.read(found, problems) == ()
    assert [str(problem) for problem in problems.found] == ["spec.secretObjects: must be a list"]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(tls("tls.crt", "tls.key"), id="tls"),
        pytest.param({"type": "kubernetes.io/basic-auth", "data": data("username")}, id="username-alone"),
        pytest.param({"type": "kubernetes.io/basic-auth", "data": data("password", "x")}, id="password-and-more"),
        pytest.param({"type": "kubernetes.io/dockerconfigjson", "data": data(".dockerconfigjson")}, id="registry"),
        pytest.param({"type": "kubernetes.io/dockercfg", "data": data(".dockercfg")}, id="old-registry"),
        pytest.param({"type": "kubernetes.io/ssh-auth", "data": data("ssh-privatekey")}, id="ssh"),
        pytest.param(
            {
                "type": "kubernetes.io/service-account-token",
                "annotations": {"kubernetes.io/service-account.name": "app"},
            },
            id="account",
        ),
        pytest.param({"type": "example.com/any"}, id="any-other-type"),
        pytest.param({"data": data("..a"[1:], "a..b", "A_b.c-1", "x" * 253)}, id="keys"),
    ],
)
def test_takes_what_the_api_server_takes(change: dict[str, Any]) -> None:
    found, problems = read(GOOD | change)
    assert (len(found), problems) == (1, [])


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({"secretName": None}, ".secretName: is missing or empty", id="no-name"),
        pytest.param({"secretName": "My_Secret"}, '.secretName: "My_Secret" cannot be the name', id="name"),
        pytest.param({"type": ""}, ".type: is missing or empty", id="no-type"),
        pytest.param({"type": "  "}, ".type: is missing or empty", id="blank-type"),
        pytest.param({"data": None}, ".data: is missing or empty", id="no-data"),
        pytest.param({"data": []}, ".data: is missing or empty", id="empty-data"),
        pytest.param({"data": "x"}, ".data: must be a list, and is text", id="data-of-text"),
        pytest.param({"data": [{"key": "a"}]}, ".data[0].objectName: is missing or empty", id="no-object"),
        pytest.param({"data": [{"objectName": "a", "key": " "}]}, ".data[0].key: is missing or empty", id="no-key"),
        pytest.param({"data": data("a b")}, '.data[0].key: "a b" cannot be the key of a Secret', id="key"),
        pytest.param({"data": data(".")}, '.data[0].key: "." cannot be the key of a Secret', id="dot"),
        pytest.param({"data": data("..")}, '.data[0].key: ".." cannot be the key of a Secret', id="two-dots"),
        pytest.param({"data": data("..a")}, '.data[0].key: "..a" cannot be the key of a Secret', id="two-dots-first"),
        pytest.param({"data": data("x" * 254)}, "cannot be the key of a Secret", id="long-key"),
        pytest.param({"data": data("a", "a")}, '.data[1].key: "a" occurs twice', id="key-twice"),
        pytest.param({"nam": "x"}, ".nam: is not a field of this API", id="unknown-field"),
        pytest.param({"labels": {"a": "b c"}}, '.labels[a]: "b c" cannot be the value of a label', id="label"),
        pytest.param({"annotations": {"a b": ""}}, ".annotations[a b]: cannot be a key", id="annotation"),
        pytest.param(tls("tls.crt"), ".data: has no key tls.key, which the type kubernetes.io/tls needs", id="half"),
        pytest.param(
            tls("tls.crt", "tls.key", "ca.crt"), '.data: has the key "ca.crt", and kubernetes.io/tls has', id="more"
        ),
        pytest.param(
            {"type": "kubernetes.io/basic-auth", "data": data("user")}, ".data: has neither username", id="basic"
        ),
        pytest.param({"type": "kubernetes.io/ssh-auth"}, ".data: has no key ssh-privatekey", id="ssh"),
        pytest.param(
            {"type": "kubernetes.io/service-account-token"},
            ".annotations[kubernetes.io/service-account.name]: is missing",
            id="account",
        ),
    ],
)
def test_says_what_is_wrong(change: dict[str, Any], expected: str) -> None:
    found, (problem,) = read(GOOD | change)
    assert found == ()
    assert problem.startswith("spec.secretObjects[0].")
    assert expected in problem


def test_a_fault_in_one_does_not_stop_the_others() -> None:
    found, problems = read(5, GOOD, GOOD | {"secretName": "tls"} | tls("tls.crt"), GOOD | {"secretName": "last"})
    assert [secret.secret_name for secret in found] == ["db", "last"]
    assert problems == [
        "spec.secretObjects[0]: must be a mapping, and is a number",
        "spec.secretObjects[2].data: has no key tls.key, which the type kubernetes.io/tls needs",
    ]


def test_of_two_with_one_name_the_first_counts() -> None:
    found, problems = read(GOOD, GOOD | {"type": "example.com/other"})
    assert [secret.type for secret in found] == ["Opaque"]
    assert problems == ['spec.secretObjects[1].secretName: "db" occurs twice']
