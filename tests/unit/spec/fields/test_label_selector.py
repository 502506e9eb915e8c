from keyferry.spec.fields.label_selector import label_selector
from keyferry.spec.schema import Items, Table


def test_a_selector_has_labels_and_expressions() -> None:
    made = label_selector("Labels of the namespace.")
    assert made.doc == "Labels of the namespace."
    assert list(made.fields) == ["matchLabels", "matchExpressions"]
    expressions = made.fields["matchExpressions"]
    assert isinstance(expressions, Items)
    assert isinstance(expressions.of, Table)
    assert expressions.of.required == ("key", "operator")
