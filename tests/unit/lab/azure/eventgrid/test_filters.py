import pytest

from keyferry.lab.azure.eventgrid import filters
from keyferry.lab.azure.eventgrid.definition import AdvancedFilter, Filter, Schema
from tests.fakes import lab_grid

CREATED = "Microsoft.KeyVault.SecretNewVersionCreated"


def _condition(operator: str, key: str, *values: str) -> Filter:
    return Filter(advanced=(AdvancedFilter(operator=operator, key=key, values=values),))


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        pytest.param(Filter(), True, id="everything"),
        pytest.param(Filter(event_types=(CREATED,)), True, id="type"),
        pytest.param(Filter(event_types=("Microsoft.KeyVault.SecretExpired",)), False, id="other-type"),
        pytest.param(Filter(event_types=()), False, id="no-type"),
        pytest.param(Filter(subject_begins_with="DB-"), True, id="begins-without-case"),
        pytest.param(Filter(subject_begins_with="DB-", case_sensitive=True), False, id="begins-with-case"),
        pytest.param(Filter(subject_ends_with="word", case_sensitive=True), True, id="ends-with-case"),
        pytest.param(Filter(subject_ends_with="words"), False, id="ends-otherwise"),
        pytest.param(_condition("StringIn", "subject", "other", "DB-password"), True, id="in"),
        pytest.param(_condition("StringNotIn", "subject", "other", "DB-password"), False, id="not-in"),
        pytest.param(_condition("StringContains", "data.ObjectName", "pass"), True, id="contains"),
        pytest.param(_condition("StringNotContains", "data.objectname", "pass"), False, id="not-contains"),
        pytest.param(_condition("StringBeginsWith", "eventType", "microsoft."), True, id="begins"),
        pytest.param(_condition("StringEndsWith", "id", "x"), False, id="ends"),
        pytest.param(_condition("StringIn", "data.EXP", "1"), False, id="a-null-has-no-text"),
        pytest.param(_condition("StringNotIn", "data.Nothing", "1"), True, id="a-missing-field-is-not-in"),
    ],
)
def test_wants(wanted: Filter, expected: bool) -> None:
    assert filters.wants(wanted, lab_grid.event(), Schema.EVENT_GRID) is expected


@pytest.mark.parametrize(
    ("key", "schema", "expected"),
    [
        pytest.param("topic", Schema.EVENT_GRID, lab_grid.VAULT_ID, id="topic"),
        pytest.param("source", Schema.EVENT_GRID, None, id="no-source-in-event-grid"),
        pytest.param("Source", Schema.CLOUD_EVENTS, lab_grid.VAULT_ID, id="source"),
        pytest.param("type", Schema.CLOUD_EVENTS, CREATED, id="type"),
        pytest.param("eventType", Schema.CLOUD_EVENTS, None, id="no-event-type-in-cloud-events"),
    ],
)
def test_fields_have_the_names_of_the_schema(key: str, schema: Schema, expected: str | None) -> None:
    assert filters.field_of(lab_grid.event(), key, schema) == expected
