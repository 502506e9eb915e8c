import pytest

from keyferry.spec.fields import generators
from keyferry.spec.schema import Table, Text


@pytest.mark.parametrize("kind", list(generators.GENERATORS))
def test_every_field_is_explained(kind: str) -> None:
    table = generators.GENERATORS[kind]()
    assert table.doc
    assert all(field.doc for field in table.fields.values())


def test_a_cluster_generator_takes_every_kind_of_upstreams() -> None:
    table = generators.cluster_generator()
    kind, generator = table.fields["kind"], table.fields["generator"]
    assert isinstance(kind, Text)
    assert isinstance(generator, Table)
    assert len(kind.enum) == len(generator.fields) == 17
    assert (generator.min_properties, generator.max_properties) == (1, 1)


def test_settings_of_kinds_that_keyferry_does_not_run_are_kept() -> None:
    generator = generators.cluster_generator().fields["generator"]
    assert isinstance(generator, Table)
    settings = {name: table for name, table in generator.fields.items() if isinstance(table, Table)}
    assert settings["webhookSpec"].open
    assert not settings["passwordSpec"].open


def test_there_is_no_status_to_keep() -> None:
    assert generators.status().fields == {}
