"""Named numbers print their names."""

from keyferry.template.functions.named_numbers import NamedNumber


def test_prints_its_name() -> None:
    may = NamedNumber(type_name="time.Month", name=b"May", number=5)
    assert (may.text(), may.go_type, may.number) == (b"May", "time.Month", 5)
