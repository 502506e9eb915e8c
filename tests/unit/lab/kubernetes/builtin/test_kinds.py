from collections import Counter

from keyferry.lab.kubernetes.builtin import kinds


def test_names_are_unique_within_a_version() -> None:
    resources = kinds.resources()
    assert max(Counter((one.group_version, one.plural) for one in resources).values()) == 1
    assert max(Counter((one.group_version, one.kind) for one in resources).values()) == 1


def test_what_can_be_stored_has_a_schema() -> None:
    assert [one.kind for one in kinds.resources() if not one.schema and "list" in one.verbs] == []


def test_events_share_one_storage_and_the_core_version_comes_first() -> None:
    events = [one for one in kinds.resources() if one.plural == "events"]
    assert [one.group for one in events] == ["", "events.k8s.io"]
    assert len({one.storage_key for one in events}) == 1


def test_reviews_can_only_be_created() -> None:
    assert {one.verbs for one in kinds.resources() if one.kind.endswith("Review")} == {("create",)}
