"""keyferry.cli.advise_reading"""

import json
from pathlib import Path

import pytest

from keyferry.cli import advise_reading
from keyferry.cli.output import Output
from keyferry.spec.estate.sites import Consumption, Deliver, ObjectType

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: shop, namespace: apps}
spec:
  volumes:
    - {name: v, secret: {secretName: db}}
  containers:
    - name: app
      image: app
      envFrom:
        - secretRef: {name: all}
"""


def test_places_are_told_in_their_order_with_line_and_column(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.yaml").write_text("kind: ConfigMap\n---\n" + POD)
    assert advise_reading.of_files([tmp_path], Output.JSON) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(each["line"], each["column"], each["source"]) for each in told["places"]] == [
        (8, 17, "db"),
        (13, 11, "all"),
    ]


def test_who_keeps_a_secret_may_stand_in_another_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.yaml").write_text(POD)
    (tmp_path / "b.yaml").write_text("kind: ExternalSecret\nmetadata: {name: all, namespace: apps}\n")
    assert advise_reading.of_files([tmp_path], Output.TEXT) == 0
    assert 'nothing is to be made: ExternalSecret "all" keeps the Secret' in capsys.readouterr().out


def test_people_hear_what_could_not_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.yaml").write_text(POD)
    (tmp_path / "b.yaml").write_text("kind: [")
    assert advise_reading.of_files([tmp_path], Output.TEXT) == 2
    shown = capsys.readouterr()
    assert "a.yaml:11:11: Pod apps/shop: " in shown.out
    assert "b.yaml:2: error: is no YAML" in shown.err
    assert "2 places: 1 as files, 1 as a Secret, 1 not read" in shown.err


def test_an_estate_tells_what_was_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    example = Path(__file__).parents[3] / "examples" / "estate.yaml"
    assert advise_reading.of_files([example], Output.TEXT) == 0
    shown = capsys.readouterr()
    assert "site site-a: secret db-connection of site-a-kv as DB_CONNECTION: files: " in shown.out
    assert "3 places: 3 as files" in shown.err


@pytest.mark.parametrize(
    ("deliver", "output", "code"),
    [
        pytest.param(Deliver.AUTO, Output.TEXT, 0, id="text"),
        pytest.param(Deliver.AUTO, Output.JSON, 0, id="json"),
        pytest.param(Deliver.FILES, Output.TEXT, 1, id="a-contradiction"),
        pytest.param(Deliver.FILES, Output.JSON, 1, id="a-contradiction-in-json"),
    ],
)
def test_a_wish_is_answered(deliver: Deliver, output: Output, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert advise_reading.of_wish(deliver, Consumption.ENV, ObjectType.SECRET, output) == code
    shown = capsys.readouterr()
    assert bool(shown.err) is (code == 1 and output is Output.TEXT)
    if output is Output.JSON:
        assert json.loads(shown.out)["delivery"] == "secret"
    else:
        assert shown.out.startswith("a Secret: ") is (code == 0)
