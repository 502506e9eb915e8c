"""Errors of YAML are worded as Go words them."""

from keyferry.template.yaml.errors import broken, misshapen, unfit


def test_words_are_gos() -> None:
    assert broken("x", line=2).words == "error converting YAML to JSON: yaml: line 2: x"
    assert (broken("x").words, broken("x").line) == ("error converting YAML to JSON: yaml: x", 0)
    assert unfit("y").words == "error converting YAML to JSON: y"
    assert misshapen("array", "string").words.endswith("json: cannot unmarshal array into Go value of type string")
