from keyferry.lab.kubernetes.tables import cells
from tests.fakes.kubernetes_cluster import START

DOCUMENT = {"metadata": {"creationTimestamp": "2026-03-01T11:59:00Z"}, "data": {"a": 1}, "binaryData": {"b": 1}}


def test_describes_columns_in_order() -> None:
    printer = cells.printer(("Data", cells.count("data", "binaryData")), ("Age", cells.age, cells.WIDE))
    assert [(column.name, column.priority) for column in printer.columns] == [("Data", 0), ("Age", 1)]
    assert [cell(DOCUMENT, START) for cell in printer.cells] == [2, "60s"]


def test_missing_texts_show_as_told() -> None:
    assert cells.text("spec", "type")(DOCUMENT, START) == ""
    assert cells.text("spec", "ip", missing="<none>")(DOCUMENT, START) == "<none>"


def test_labels_are_sorted() -> None:
    assert cells.labels({"b": "2", "a": "1"}) == "a=1,b=2"
    assert cells.labels(None) == "<none>"
