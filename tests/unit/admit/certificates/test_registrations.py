"""Only what leads to our Service is looked at, and only its caBundle is changed."""

import json

from keyferry.admit.certificates import registrations
from keyferry.admit.certificates.registrations import VALIDATING, Registered
from keyferry.kube.wire.objects import Key
from keyferry.model.errors import GrantError
from tests.fakes.webhook_certificates import SERVICE, configuration, entry

OTHER = Key(namespace="other", name=SERVICE.name)
DOCUMENT = {
    **configuration(
        "validate",
        entry("new"),
        entry("theirs", service=OTHER, bundle=b"theirs"),
        entry("outside", service=None, bundle=b"outside"),
        entry("old", bundle=b"old"),
    ),
    "later": {"field": True},
}


def test_what_ours_are_told_to_trust() -> None:
    assert registrations.bundles(DOCUMENT, SERVICE) == (b"", b"old")
    assert registrations.bundles({"metadata": {}}, SERVICE) == ()


def test_a_bundle_that_is_no_base64_is_none() -> None:
    spoilt = entry("spoilt", bundle=b"x")
    spoilt["clientConfig"]["caBundle"] = "x"
    assert registrations.bundles(configuration("c", spoilt), SERVICE) == (b"",)


def test_ours_are_told_and_nothing_else_is_touched() -> None:
    body = registrations.with_bundle(DOCUMENT, SERVICE, b"now")
    assert body is not None
    after = registrations.decode(body)
    assert registrations.bundles(after, SERVICE) == (b"now", b"now")
    for index in (1, 2):
        assert after["webhooks"][index] == DOCUMENT["webhooks"][index]
    assert after["later"] == {"field": True}, "what newer API servers add stays"
    assert json.loads(json.dumps(DOCUMENT)) == DOCUMENT
    assert registrations.with_bundle(after, SERVICE, b"now") is None, "told once"


def test_where_nothing_is_ours_there_is_nothing_to_write() -> None:
    assert registrations.with_bundle(configuration("c", entry("e", service=OTHER)), SERVICE, b"now") is None


def test_who_else_writes_it() -> None:
    assert registrations.other_writer(DOCUMENT) == ""
    name = "cert-manager.io/inject-ca-from"
    assert registrations.other_writer({"metadata": {"annotations": {"a": "b", name: "ns/c"}}}) == name


def test_what_is_said_of_one() -> None:
    absent = Registered(resource=VALIDATING, name="v")
    assert str(absent) == "ValidatingWebhookConfiguration v"
    assert absent.problem == "it is not there"
    refused = Registered(resource=VALIDATING, name="v", refusal=GrantError(what="no right"))
    assert refused.problem == "it cannot be read: no right"
    assert Registered(resource=VALIDATING, name="v", document=DOCUMENT).problem == ""
