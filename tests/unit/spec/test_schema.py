from keyferry.spec.schema import Complaint, Table, Text


def test_a_field_asks_for_nothing_by_default() -> None:
    field = Text(doc="Free text.")
    assert (field.enum, field.pattern, field.default, field.rule, field.not_yet) == ((), "", None, None, False)


def test_descriptions_are_values() -> None:
    assert Table(fields={"a": Text()}) == Table(fields={"a": Text()})
    assert Complaint(message="is wrong", remedy="mend it") == Complaint(message="is wrong", remedy="mend it")
