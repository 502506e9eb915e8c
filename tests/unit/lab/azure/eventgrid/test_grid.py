import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.lab.azure.eventgrid import retry
from keyferry.lab.azure.eventgrid.definition import DeadLetterBlob, Filter, RetryPolicy, Schema, WebHook
from keyferry.lab.azure.eventgrid.delivery import Kind
from keyferry.lab.azure.eventgrid.knobs import Knobs
from keyferry.lab.azure.eventgrid.state import Progress, Provisioning, SystemTopic
from keyferry.lab.world.http import Response
from tests.fakes import lab_grid
from tests.fakes.lab_grid import HOOK, NOW, SOURCE, agree, drained, later, news, status

ID = lab_grid.subscription_id()
KEPT = replace(HOOK, dead_letter=DeadLetterBlob(resource_id="/s", container="dead"))


def test_nothing_is_due_where_nobody_subscribed() -> None:
    grid = lab_grid.grid()
    grid.published(news(expires=later(days=90)))
    grid.access_policy_changed("kv-one", NOW)
    assert (grid.next_due(NOW), grid.take(NOW), grid.state.planned) == (None, [], {})


@pytest.mark.parametrize("schema", [pytest.param(schema, id=schema.value) for schema in Schema])
def test_from_put_to_delivery(schema: Schema) -> None:
    grid = lab_grid.grid()
    woken: list[str] = []
    grid.on_change(lambda: woken.append("now"))
    operation = grid.subscriptions.put(ID, SOURCE, replace(HOOK, schema=schema), NOW)
    grid.published(news("too-early"))
    assert grid.next_due(NOW) == NOW
    (question,) = grid.take(NOW)
    assert (question.kind, grid.next_due(NOW), grid.take(NOW)) == (Kind.VALIDATION, None, [])
    grid.answered(question, agree(question), NOW)
    assert operation.progress is Progress.SUCCEEDED
    grid.published(news())
    assert (woken, grid.next_due(NOW)) == (["now", "now"], NOW)
    (delivery,) = grid.take(NOW)
    assert (delivery.kind, delivery.url, grid.next_due(NOW)) == (Kind.NOTIFICATION, lab_grid.URL, None)
    grid.answered(delivery, status(200), NOW)
    assert (grid.state.outgoing, grid.next_due(NOW)) == ({}, None)
    assert [(each.kind, each.outcome) for each in grid.deliveries()] == [
        ("SubscriptionValidation", "Agreed"),
        ("Notification", "Delivered"),
    ]


@pytest.mark.parametrize(
    ("response", "provisioning"),
    [
        pytest.param(None, Provisioning.FAILED, id="no-answer"),
        pytest.param(status(500), Provisioning.FAILED, id="500"),
        pytest.param(status(200), Provisioning.AWAITING_MANUAL_ACTION, id="silent"),
    ],
)
def test_an_endpoint_that_does_not_agree_gets_nothing(response: Response | None, provisioning: Provisioning) -> None:
    grid = lab_grid.grid()
    grid.subscriptions.put(ID, SOURCE, HOOK, NOW)
    (question,) = grid.take(NOW)
    grid.answered(question, response, NOW)
    assert lab_grid.only(grid).provisioning is provisioning
    grid.published(news())
    assert grid.take(NOW) == []


def test_a_silent_endpoint_is_confirmed_by_hand_within_five_minutes_or_fails() -> None:
    for minutes, provisioning in ((4, Provisioning.SUCCEEDED), (5, Provisioning.FAILED)):
        grid = lab_grid.grid()
        grid.subscriptions.put(ID, SOURCE, HOOK, NOW)
        (question,) = grid.take(NOW)
        grid.answered(question, status(200), NOW)
        assert grid.next_due(NOW) == later(minutes=5)
        asked = lab_grid.only(grid).handshake
        assert asked is not None
        grid.confirm("MINE", asked.code.lower(), asked.token, later(minutes=minutes))
        assert lab_grid.only(grid).provisioning is provisioning


def test_an_answer_that_comes_after_the_callback_changes_nothing() -> None:
    grid = lab_grid.grid()
    grid.subscriptions.put(ID, SOURCE, HOOK, NOW)
    (question,) = grid.take(NOW)
    asked = lab_grid.only(grid).handshake
    assert asked is not None
    assert grid.confirm("mine", asked.code, asked.token, NOW)
    grid.answered(question, status(500), NOW)
    assert lab_grid.only(grid).provisioning is Provisioning.SUCCEEDED


def test_an_answer_for_what_is_gone_changes_nothing() -> None:
    grid = lab_grid.subscribed()
    grid.published(news())
    (delivery,) = grid.take(NOW)
    grid.subscriptions.put(lab_grid.subscription_id("second"), SOURCE, HOOK, NOW)
    (question,) = grid.take(NOW)
    for name in ("mine", "second"):
        grid.subscriptions.remove(lab_grid.subscription_id(name), NOW)
    grid.answered(delivery, status(500), NOW)
    grid.answered(question, status(500), NOW)
    assert (grid.deliveries(), grid.next_due(NOW)) == ((), None)


def test_the_answer_to_an_older_question_does_not_count() -> None:
    grid = lab_grid.grid()
    grid.subscriptions.put(ID, SOURCE, HOOK, NOW)
    (first,) = grid.take(NOW)
    other = replace(HOOK, destination=WebHook(url="https://other.example/"))
    grid.subscriptions.put(ID, SOURCE, other, NOW)
    grid.answered(first, agree(first), NOW)
    assert lab_grid.only(grid).provisioning is Provisioning.CREATING
    (second,) = grid.take(NOW)
    grid.answered(second, agree(second), NOW)
    assert lab_grid.only(grid).definition == other


def test_every_event_is_tried_once_however_far_the_clock_jumped() -> None:
    grid = lab_grid.subscribed(replace(HOOK, retry=RetryPolicy(minutes_to_live=1)))
    grid.published(news())
    assert len(grid.take(later(days=2))) == 1


def test_a_jump_of_the_clock_does_not_fail_a_question_that_is_under_way() -> None:
    grid = lab_grid.grid()
    grid.subscriptions.put(ID, SOURCE, HOOK, NOW)
    (question,) = grid.take(NOW)
    grid.advance(later(days=1))
    grid.answered(question, agree(question), later(days=1))
    assert lab_grid.only(grid).live


def test_after_a_restart_a_question_without_an_answer_fails_and_events_are_delivered_again() -> None:
    grid = lab_grid.subscribed()
    grid.published(news())
    grid.subscriptions.put(lab_grid.subscription_id("second"), SOURCE, HOOK, NOW)
    assert len(grid.take(NOW)) == 2
    restarted = lab_grid.grid(state=grid.state)
    assert restarted.next_due(NOW) == NOW
    (delivery,) = restarted.take(NOW)
    assert delivery.kind is Kind.NOTIFICATION
    assert restarted.next_due(NOW) == later(seconds=45)
    restarted.advance(later(seconds=45))
    assert restarted.state.subscriptions[lab_grid.subscription_id("second").lower()].provisioning is Provisioning.FAILED


def test_expiry_by_the_clock() -> None:
    grid = lab_grid.subscribed()
    grid.published(news(expires=later(days=90)))
    assert lab_grid.types(list(drained(grid, NOW))) == ["SecretNewVersionCreated"]
    assert grid.next_due(NOW) == later(days=60)
    assert lab_grid.types(list(drained(grid, later(days=60)))) == ["SecretNearExpiry"]
    assert lab_grid.types(list(drained(grid, later(days=90)))) == ["SecretExpired"]
    assert grid.next_due(later(days=90)) is None


def test_a_long_jump_brings_all_that_lay_between_in_order() -> None:
    grid = lab_grid.subscribed()
    grid.published(news("late", expires=later(days=80)))
    grid.published(news("soon", expires=later(days=40)))
    list(drained(grid, NOW))
    taken = grid.take(later(days=100))
    assert [names for (names,) in lab_grid.subjects(taken)] == ["soon", "soon", "late", "late"]
    assert lab_grid.types(taken) == ["SecretNearExpiry", "SecretExpired", "SecretNearExpiry", "SecretExpired"]


def test_a_newer_version_silences_near_expiry_but_not_expired() -> None:
    grid = lab_grid.subscribed()
    grid.published(news(version="v1", expires=later(days=90)))
    grid.published(news(version="v2"))
    list(drained(grid, NOW))
    assert lab_grid.types(grid.take(later(days=91))) == ["SecretExpired"]


def test_a_version_whose_end_was_put_off_is_told_of_then() -> None:
    catalogue = lab_grid.Catalogue()
    grid = lab_grid.subscribed(catalogue=catalogue)
    grid.published(news(expires=later(days=90)))
    list(drained(grid, NOW))
    catalogue.moved["db-password"] = int(later(days=200).timestamp())
    assert grid.take(later(days=100)) == []
    assert grid.next_due(later(days=100)) == later(days=170)
    (near,) = drained(grid, later(days=170))
    assert json.loads(near.body)[0]["data"]["EXP"] == int(later(days=200).timestamp())
    assert lab_grid.types(list(drained(grid, later(days=200)))) == ["SecretExpired"]
    assert grid.next_due(later(days=200)) is None


def test_a_version_that_is_gone_or_never_ends_any_more_is_not_told_of() -> None:
    catalogue = lab_grid.Catalogue()
    grid = lab_grid.subscribed(catalogue=catalogue)
    grid.published(news(expires=later(days=90)))
    list(drained(grid, NOW))
    catalogue.moved["db-password"] = None
    assert grid.take(later(days=100)) == []
    assert (grid.state.planned, grid.next_due(NOW)) == ({}, None)


def test_only_versions_made_after_the_subscription_are_told_of_when_they_expire() -> None:
    grid = lab_grid.subscribed(name="first")
    grid.published(news(expires=later(days=90)))
    grid.subscriptions.plant(lab_grid.subscription_id("second"), SOURCE, HOOK, later(seconds=1))
    list(drained(grid, later(seconds=2)))
    assert [each.subscription for each in grid.take(later(days=90))] == [lab_grid.subscription_id("first").lower()] * 2


def test_changed_policies_and_unwanted_types() -> None:
    grid = lab_grid.subscribed(
        replace(HOOK, filter=Filter(event_types=("Microsoft.KeyVault.VaultAccessPolicyChanged",)))
    )
    grid.published(news())
    grid.access_policy_changed("KV-ONE", NOW)
    grid.access_policy_changed("kv-none", NOW)
    assert lab_grid.types(grid.take(NOW)) == ["VaultAccessPolicyChanged"]


def test_retries_until_it_is_taken() -> None:
    grid = lab_grid.subscribed()
    grid.published(news())
    for seconds, answer in ((0, 500), (10, 503), (40, 200)):
        assert grid.next_due(NOW) == later(seconds=seconds)
        (delivery,) = drained(grid, later(seconds=seconds), answer)
        assert lab_grid.header(delivery, "aeg-delivery-count") == str((0, 10, 40).index(seconds))
    assert grid.next_due(NOW) is None
    assert [each.next_at for each in grid.deliveries()] == [later(seconds=10), later(seconds=40), None]


def test_a_batch_fails_as_a_whole() -> None:
    grid = lab_grid.subscribed(replace(HOOK, destination=WebHook(url=lab_grid.URL, max_events=10)))
    for name in ("a", "b"):
        grid.published(news(name))
    assert lab_grid.subjects(list(drained(grid, NOW, 500))) == [["a", "b"]]
    assert lab_grid.subjects(list(drained(grid, later(seconds=10)))) == [["a", "b"]]


def test_given_up_after_so_many_attempts_and_kept_five_minutes_later() -> None:
    grid = lab_grid.subscribed(replace(KEPT, retry=RetryPolicy(max_attempts=2)))
    grid.published(news())
    list(drained(grid, NOW, 500))
    list(drained(grid, later(seconds=10), 500))
    assert (grid.take(later(minutes=1)), grid.dead_letters(later(minutes=1))) == ([], ())
    assert grid.next_due(NOW) == later(minutes=5, seconds=10)
    (letter,) = grid.dead_letters(later(minutes=5, seconds=10))
    assert json.loads(letter.line)["deadLetterReason"] == retry.TOO_OFTEN
    assert json.loads(letter.line)["deliveryAttempts"] == 2
    assert (grid.given_up(), grid.next_due(NOW), grid.state.outgoing) == ((letter,), None, {})


def test_given_up_when_its_time_is_over() -> None:
    grid = lab_grid.subscribed(replace(KEPT, retry=RetryPolicy(minutes_to_live=1)))
    grid.published(news())
    list(drained(grid, NOW, 404))
    assert grid.next_due(NOW) == later(minutes=1)
    assert grid.take(later(minutes=1)) == []
    (letter,) = grid.dead_letters(later(minutes=6))
    assert letter.reason == retry.TOO_OLD


def test_refused_events_are_kept_at_once_and_not_tried_again() -> None:
    grid = lab_grid.subscribed(KEPT)
    grid.published(news())
    list(drained(grid, NOW, 413))
    assert grid.next_due(NOW) == later(minutes=5)
    assert [each.reason for each in grid.dead_letters(later(minutes=5))] == [retry.REFUSED]


def test_without_a_container_events_are_gone() -> None:
    grid = lab_grid.subscribed(replace(HOOK, retry=RetryPolicy(max_attempts=1)))
    grid.published(news())
    list(drained(grid, NOW, 500))
    assert grid.next_due(NOW) == NOW
    assert grid.dead_letters(NOW) == ()
    assert [each.kept for each in grid.given_up()] == [False]


def test_every_second_event_twice() -> None:
    grid = lab_grid.subscribed(knobs=Knobs(duplicate_every=2))
    for name in ("a", "b", "c"):
        grid.published(news(name))
    first = list(drained(grid, NOW))
    again = list(drained(grid, later(seconds=1)))
    assert lab_grid.subjects(again) == [["b"]]
    assert json.loads(again[0].body)[0]["id"] == json.loads(first[1].body)[0]["id"]
    assert list(drained(grid, later(hours=1))) == []


def test_the_newest_first_on_request() -> None:
    grid = lab_grid.subscribed(knobs=Knobs(unordered=True))
    for name in ("a", "b", "c"):
        grid.published(news(name))
    assert lab_grid.subjects(grid.take(NOW)) == [["c"], ["b"], ["a"]]


def test_a_schedule_of_ones_own() -> None:
    grid = lab_grid.subscribed(knobs=Knobs(schedule=(timedelta(seconds=12),)))
    grid.published(news())
    list(drained(grid, NOW, 500))
    assert grid.next_due(NOW) == later(seconds=12)


def test_a_subscription_ends_when_it_says() -> None:
    grid = lab_grid.subscribed(replace(HOOK, expires=later(hours=1)))
    assert grid.next_due(NOW) == later(hours=1)
    grid.advance(later(hours=1))
    assert grid.state.subscriptions == {}


def test_a_deleted_vault_takes_everything_with_it() -> None:
    grid = lab_grid.subscribed()
    other = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-two"
    for name, source in (("mine", SOURCE.id), ("other", other)):
        grid.state.topics[f"/{name}"] = SystemTopic(
            id=f"/{name}", name=name, source=source, location="westeurope", metric_resource_id="m"
        )
    grid.published(news(expires=later(days=90)))
    grid.source_removed(SOURCE.id.upper(), NOW)
    assert (grid.state.subscriptions, grid.state.planned, grid.state.outgoing) == ({}, {}, {})
    assert grid.state.current == {}
    assert list(grid.state.topics) == ["/other"]
    assert grid.next_due(NOW) is None


def test_nothing_is_due_before_next_due_says_so() -> None:
    grid = lab_grid.subscribed()
    grid.published(news())
    list(drained(grid, NOW, 500))
    for _ in range(12):
        due = grid.next_due(NOW)
        assert due is not None
        assert grid.take(due - timedelta(microseconds=1)) == []
        list(drained(grid, due, 500))


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("news"), st.integers(0, 200)),
        st.tuples(st.just("wait"), st.sampled_from([1, 10, 300, 3600, 86_400])),
        st.tuples(st.just("answer"), st.sampled_from([0, 200, 204, 400, 404, 413, 500, 503])),
    ),
    max_size=40,
)


@given(steps=STEPS, knobs=st.builds(Knobs, duplicate_every=st.integers(0, 3), unordered=st.booleans()))
def test_every_event_is_delivered_or_given_up_and_none_is_forgotten(steps: list[tuple[str, int]], knobs: Knobs) -> None:
    """Whatever happens: an event of a live subscription ends delivered or as a dead letter, tried 3 times at most."""
    grid = lab_grid.subscribed(
        replace(KEPT, retry=RetryPolicy(max_attempts=3), destination=WebHook(url=lab_grid.URL, max_events=2)), knobs
    )
    now, published, delivered, tried = NOW, set[str](), set[str](), dict[str, int]()

    def round_of(answer: int) -> None:
        for delivery in grid.take(now):
            ids = [each["id"] for each in json.loads(delivery.body)]
            for each in ids:
                tried[each] = tried.get(each, 0) + (each not in delivered)
            delivered.update(ids if answer in (200, 204) else ())
            grid.answered(delivery, status(answer) if answer else None, now)
        grid.dead_letters(now)

    for number, (what, value) in enumerate(steps):
        match what:
            case "news":
                grid.published(news(f"n-{number}", at=now, expires=now + timedelta(days=value)))
                published |= {each.event.id for each in grid.state.outgoing.values()}
                published |= set(grid.state.planned)
            case "wait":
                now += timedelta(seconds=value)
            case _:
                round_of(value)
    while (due := grid.next_due(now)) is not None:
        now = max(now, due)
        round_of(500)
    lost = {each.event for each in grid.given_up()}
    assert delivered | lost == published
    assert all(attempts <= 3 for attempts in tried.values())
