"""Ready means that every API server that could ask would take the certificate."""

from structlog.testing import capture_logs

from keyferry.admit.certificates.readiness import Readiness
from keyferry.admit.certificates.registrations import MUTATING, VALIDATING, Registered
from keyferry.admit.certificates.shown import Shown
from keyferry.model.errors import GrantError
from keyferry.runtime.clock import SystemClock
from tests.fakes.webhook_certificates import HOSTS, SERVICE, configuration, entry, made

HELD = made(SystemClock().now())


def registered(*bundles: bytes) -> Registered:
    entries = [entry(f"e{index}", bundle=bundle) for index, bundle in enumerate(bundles)]
    return Registered(resource=VALIDATING, name="v", document=configuration("v", *entries))


def judged(*seen: Registered) -> tuple[str, list[str]]:
    """Return the problem, and what was told."""
    readiness, shown = Readiness(SERVICE, HOSTS[0]), Shown()
    shown.show(HELD.pair)
    with capture_logs() as logs:
        for _ in range(2):
            readiness.seen(seen)
    return readiness.problem(shown), [entry["cause"] for entry in logs]


def test_every_entry_counts() -> None:
    assert judged(registered(HELD.bundle_pem, HELD.bundle_pem)) == ("", [])
    problem, _ = judged(registered(HELD.bundle_pem, b""))
    assert problem.endswith("it has no caBundle")
    problem, _ = judged(registered(made(SystemClock().now()).bundle_pem))
    assert problem.startswith("by ValidatingWebhookConfiguration v an API server refuses the certificate: unable")


def test_what_asks_nobody_is_told_once() -> None:
    absent = Registered(resource=MUTATING, name="m")
    elsewhere = Registered(resource=VALIDATING, name="v", document=configuration("v", entry("e", service=None)))
    assert judged(absent, elsewhere) == (
        "",
        ["it is not there", "no entry of it leads to the Service keyferry/keyferry-webhook"],
    )


def test_it_is_told_again_when_it_comes_back() -> None:
    readiness = Readiness(SERVICE, HOSTS[0])
    absent = Registered(resource=VALIDATING, name="v")
    with capture_logs() as logs:
        for one in (absent, registered(b"pem"), absent):
            readiness.seen([one])
    assert len(logs) == 2


def test_where_nothing_is_shown_others_say_so() -> None:
    readiness = Readiness(SERVICE, HOSTS[0])
    readiness.seen([registered(b"")])
    assert readiness.problem(Shown()) == ""


def test_once_ready_one_mistake_takes_nothing_from_the_others() -> None:
    readiness, shown = Readiness(SERVICE, HOSTS[0]), Shown()
    shown.show(HELD.pair)
    good = registered(HELD.bundle_pem)
    other = Registered(resource=MUTATING, name="m", document=configuration("m", entry("e", bundle=HELD.bundle_pem)))
    spoilt = Registered(resource=MUTATING, name="m", document=configuration("m", entry("e", bundle=b"spoilt")))
    said = []
    with capture_logs() as logs:
        for seen in ((good, spoilt), (good, other), (good, spoilt), (good, spoilt), (registered(b""), spoilt)):
            readiness.seen(seen)
            said.append(bool(readiness.problem(shown)))
    assert said == [True, False, False, False, True]
    assert [entry["configuration"] for entry in logs] == [
        "MutatingWebhookConfiguration m",
        "ValidatingWebhookConfiguration v",
    ]


def test_what_must_not_be_read_now_is_as_it_was() -> None:
    readiness, shown = Readiness(SERVICE, HOSTS[0]), Shown()
    shown.show(HELD.pair)
    refused = Registered(resource=VALIDATING, name="v", refusal=GrantError(what="no right"))
    with capture_logs():
        readiness.seen([refused])
        assert readiness.unseen == "ValidatingWebhookConfiguration v: it cannot be read: no right"
        assert readiness.problem(shown) == ""
        readiness.seen([registered(b"")])
        assert readiness.unseen == ""
        readiness.seen([refused])
    assert readiness.unseen == ""
    assert readiness.problem(shown).endswith("it has no caBundle")
    readiness.seen([Registered(resource=VALIDATING, name="v")])
    assert readiness.problem(shown) == "", "it is gone"
