"""keyferry.cli.advise_forms"""

import json

from keyferry.cli import advise_answers, advise_forms
from keyferry.cli.advise_estates import Chosen
from keyferry.cli.advise_forms import Advised, Outcome
from keyferry.cli.advise_places import Place, Taken
from keyferry.cli.manifest_files import Unread
from keyferry.kube.yaml_lines import Place as Position
from keyferry.spec.estate.sites import Consumption, Deliver, ObjectType
from tests.fakes import placements

PLACE = Place(path="spec.x", taken=Taken.PULL, what="images are \x1b[31m pulled", source="acr")
ADVISED = Advised(
    file="a.yaml",
    position=Position(3, 5),
    kind="Pod",
    namespace="apps",
    name="shop",
    place=PLACE,
    answer=advise_answers.of_place(PLACE),
)
CHOSEN = Chosen(file="keyferry.yaml", site="site-a", secret=placements.as_file("db"))
OUTCOME = Outcome(
    advised=(ADVISED,), chosen=(CHOSEN,), unread=(Unread(file="b", line=1, message="no", remedy="mend it"),)
)


def test_people_get_a_paragraph_for_each_place_and_a_line_for_each_secret() -> None:
    first, *rest = advise_forms.lines(OUTCOME)
    assert first == "a.yaml:3:5: Pod apps/shop: images are �[31m pulled"
    assert [line.partition(":")[0] for line in rest] == ["  a Secret", "  what would change", "  or", "keyferry.yaml"]
    assert rest[-1].endswith("secret db of shops-kv as DB: files: it is read from a file")


def test_the_last_line_counts() -> None:
    assert advise_forms.summary(OUTCOME) == "2 places: 1 as files, 1 as a Secret, 1 not read"
    assert advise_forms.summary(Outcome(chosen=(CHOSEN,))) == "1 place: 1 as files, 0 as a Secret"


def test_programs_get_everything() -> None:
    told = json.loads(advise_forms.as_json(OUTCOME))
    (place,) = told["places"]
    assert {name: place[name] for name in ("file", "line", "column", "kind", "namespace", "name", "path")} == {
        "file": "a.yaml",
        "line": 3,
        "column": 5,
        "kind": "Pod",
        "namespace": "apps",
        "name": "shop",
        "path": "spec.x",
    }
    assert (place["taken"], place["source"], place["delivery"]) == ("imagePullSecrets", "acr", "secret")
    assert told["secrets"][0] == {
        "file": "keyferry.yaml",
        "site": "site-a",
        "vault": "shops-kv",
        "secret": "db",
        "alias": "DB",
        "type": "secret",
        "consume": "files",
        "delivery": "files",
        "reason": "it is read from a file",
    }
    assert told["unread"] == [{"file": "b", "line": 1, "message": "no", "remedy": "mend it"}]


def test_a_wish_is_answered_with_what_to_write() -> None:
    answer = advise_answers.of_wish(Deliver.AUTO, Consumption.ENV, ObjectType.SECRET)
    found = list(advise_forms.wish_lines(answer))
    assert found[0].startswith("a Secret: ")
    assert found[-2].startswith("  or: files")
    assert found[-1] == "  in keyferry.yaml: {name: NAME, consume: env}"
    told = json.loads(advise_forms.wish_json(answer))
    assert (told["consume"], told["delivery"], told["problem"]) == ("env", "secret", "")


def test_a_contradiction_is_told_with_its_remedy() -> None:
    answer = advise_answers.of_wish(Deliver.FILES, Consumption.ENV, ObjectType.SECRET)
    (line,) = advise_forms.wish_lines(answer)
    assert "contradict each other" in line
    assert "To mend it: leave `deliver` out" in line
