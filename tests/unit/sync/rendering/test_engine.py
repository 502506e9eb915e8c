import pytest

from keyferry.model.errors import SpecError
from keyferry.sync.rendering.engine import Compiled, Engine, unreadable
from keyferry.template.errors import TemplateError
from keyferry.template.functions.function import Surroundings


def engine(compiled: Compiled | None = None) -> Engine:
    return Engine(Compiled() if compiled is None else compiled, Surroundings())


def test_a_key_is_renamed_and_a_missing_value_is_no_error() -> None:
    assert engine().transform("{{ .value }}{{ .nope }}", "é") == "é<no value>"


def test_a_value_is_made_and_a_missing_one_is_an_error() -> None:
    assert engine().text("{{ .a }}!", {b"a": b"\xff"}) == b"\xff!"
    with pytest.raises(TemplateError):
        engine().text("{{ .nope }}", {})


def test_a_template_is_compiled_once() -> None:
    compiled = Compiled()
    assert compiled.of("{{ .a }}") is compiled.of("{{ .a }}")
    assert len(compiled) == 1


def test_what_stays_compiled_is_bounded_by_what_it_weighs_and_the_least_used_goes_first() -> None:
    weight = Compiled().of("{{ .a }}").size_bytes
    compiled = Compiled(limit_bytes=2 * weight)
    first = compiled.of("{{ .a }}")
    compiled.of("{{ .b }}")
    assert compiled.of("{{ .a }}") is first
    compiled.of("{{ .c }}")
    assert (len(compiled), compiled.size_bytes) == (2, 2 * weight)
    assert compiled.of("{{ .a }}") is first


def test_what_weighs_more_than_all_that_may_stay_pushes_nothing_out() -> None:
    compiled = Compiled(limit_bytes=Compiled().of("{{ .a }}").size_bytes)
    first = compiled.of("{{ .a }}")
    huge = "{{ .a }}{{ .b }}{{ .c }}"
    assert compiled.of(huge) is not compiled.of(huge)
    assert compiled.of("{{ .a }}") is first


def test_delimiters_can_be_others() -> None:
    assert engine(Compiled(("[[", "]]"))).text("[[ .a ]]{{", {b"a": b"1"}) == b"1{{"


def test_what_holds_no_template_is_named() -> None:
    assert str(unreadable("ConfigMap", "web", "a.tpl")).startswith("ConfigMap web has no key 'a.tpl'")


def test_paths_and_members_are_bounded_together() -> None:
    made, value = engine(), b'{"a": "' + b"x" * 1_000_000 + b'"}'
    assert made.part(value, "nope") is None
    assert len(made.members(value)["a"]) == 1_000_000
    with pytest.raises(SpecError, match="together they passed their limit"):
        [made.part(value, "a") for _ in range(32)]
