from datetime import UTC, datetime
from itertools import count

import pytest

from keyferry.lab.azure.eventgrid import events
from keyferry.lab.azure.keyvault.news import ObjectType
from tests.fakes import lab_grid
from tests.fakes.lab_grid import NOW, SOURCE, later

_numbers = count()


def _id() -> str:
    return f"id-{next(_numbers)}"


@pytest.mark.parametrize(
    ("kind", "plural"),
    [
        pytest.param("Secret", "secrets", id="secret"),
        pytest.param("Key", "keys", id="key"),
        pytest.param("Certificate", "certificates", id="certificate"),
    ],
)
def test_a_new_version(kind: ObjectType, plural: str) -> None:
    event = events.new_version(SOURCE, lab_grid.news(kind=kind, expires=later(days=90)), _id)
    assert event.type == f"Microsoft.KeyVault.{kind}NewVersionCreated"
    assert (event.topic, event.subject, event.time) == (SOURCE.id, "db-password", NOW)
    assert dict(event.data) == {
        "Id": f"https://kv-one.vault.azure.net/{plural}/db-password/v1",
        "VaultName": "kv-one",
        "ObjectType": kind,
        "ObjectName": "db-password",
        "Version": "v1",
        "NBF": None,
        "EXP": int(later(days=90).timestamp()),
    }


@pytest.mark.parametrize(
    ("expires", "expected"),
    [
        pytest.param(None, [], id="never"),
        pytest.param(later(days=90), [("NearExpiry", later(days=60)), ("Expired", later(days=90))], id="far"),
        pytest.param(later(days=3), [("NearExpiry", NOW), ("Expired", later(days=3))], id="near-is-told-at-once"),
        pytest.param(NOW, [("Expired", NOW)], id="over"),
        pytest.param(datetime(2020, 1, 1, tzinfo=UTC), [("Expired", datetime(2020, 1, 1, tzinfo=UTC))], id="long-over"),
    ],
)
def test_what_time_brings(expires: datetime | None, expected: list[tuple[str, datetime]]) -> None:
    news = lab_grid.news(expires=expires)
    planned = events.planned(SOURCE, news, lab_grid.Catalogue().nearing(news, news.expires or 0), _id)
    assert [
        (each.event.type.removeprefix("Microsoft.KeyVault.Secret"), each.event.time) for each in planned
    ] == expected
    assert all(each.made == NOW and each.current_only is ("Near" in each.event.type) for each in planned)


def test_changed_policies() -> None:
    event = events.policy_changed(SOURCE, NOW, _id)
    assert event.type == "Microsoft.KeyVault.VaultAccessPolicyChanged"
    assert dict(event.data)["VaultName"] == "kv-one"


def test_versions_of_one_object_share_a_key() -> None:
    first, second = (events.new_version(SOURCE, lab_grid.news(version=version), _id) for version in ("v1", "v2"))
    other = events.new_version(SOURCE, lab_grid.news(kind="Key"), _id)
    assert events.object_key(first) == events.object_key(second) != events.object_key(other)


def test_a_planned_event_leads_back_to_its_news() -> None:
    news = lab_grid.news(kind="Key", expires=later(days=90), not_before=5)
    assert [events.news_of(each) for each in events.planned(SOURCE, news, 0, _id)] == [news, news]
