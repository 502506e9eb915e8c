"""keyferry.cli.advise_answers"""

import pytest

from keyferry.cli import advise_answers
from keyferry.cli.advise_places import Place, Taken
from keyferry.spec.estate.sites import Consumption, Deliver, Delivery, ObjectType

FILES, SECRET = Delivery.FILES, Delivery.SECRET


@pytest.mark.parametrize(
    ("taken", "delivery", "change", "instead"),
    [
        pytest.param(Taken.VARIABLE, SECRET, 'keeps Secret "db" under its name', "files, where", id="a-variable"),
        pytest.param(Taken.ENVIRONMENT, SECRET, 'keeps Secret "db" under its name', "files, where", id="a-secret"),
        pytest.param(Taken.VOLUME, FILES, "csi in place of secret", "", id="a-volume"),
        pytest.param(Taken.PROJECTED, FILES, "a path of its own", "", id="a-projected-volume"),
        pytest.param(Taken.CSI, FILES, "nothing", "", id="a-csi-volume"),
        pytest.param(Taken.PULL, SECRET, "kubernetes.io/dockerconfigjson", "no Secret at all", id="a-pull-secret"),
        pytest.param(Taken.TLS, SECRET, "kubernetes.io/tls", "", id="a-certificate"),
    ],
)
def test_the_estates_rule_answers_for_each_place(taken: Taken, delivery: Delivery, change: str, instead: str) -> None:
    answer = advise_answers.of_place(Place(path="p", taken=taken, what="w", source="db"))
    assert answer.choice.delivery is delivery
    assert change in answer.changes[0]
    assert answer.instead.startswith(instead)
    assert bool(answer.instead) is bool(instead)


@pytest.mark.parametrize("taken", Taken)
def test_every_place_has_a_change(taken: Taken) -> None:
    assert advise_answers.of_place(Place(path="p", taken=taken, what="w", source="db")).changes


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        pytest.param(Taken.VARIABLE, 'nothing is to be made: ExternalSecret "x" keeps the Secret', id="a-variable"),
        pytest.param(Taken.TLS, 'nothing is to be made: ExternalSecret "x" keeps the Secret', id="a-certificate"),
        pytest.param(
            Taken.VOLUME, 'ExternalSecret "x" and its Secret can go where nothing else takes it', id="a-volume"
        ),
    ],
)
def test_what_is_there_already_is_not_asked_for(taken: Taken, expected: str) -> None:
    place = Place(path="p", taken=taken, what="w", source="db")
    assert expected in advise_answers.of_place(place, 'ExternalSecret "x"').changes


def test_a_restart_is_to_be_asked_for() -> None:
    place = Place(path="p", taken=Taken.VARIABLE, what="w", source="db", restarts="Deployment")
    assert "keyferry.io/restart-on-change: secret/db on the Deployment" in advise_answers.of_place(place).changes[1]


@pytest.mark.parametrize(
    ("consume", "changes", "instead"),
    [
        pytest.param(Consumption.FILES, ["SecretProviderClass"], False, id="files"),
        pytest.param(Consumption.ENV, ["ExternalSecret", "restart-on-change"], True, id="env"),
        pytest.param(Consumption.SECRET_REF, ["ExternalSecret", "restart-on-change"], False, id="a-name"),
    ],
)
def test_tells_what_a_way_takes(consume: Consumption, changes: list[str], instead: bool) -> None:
    answer = advise_answers.of_wish(Deliver.AUTO, consume, ObjectType.SECRET)
    assert len(answer.changes) == len(changes)
    assert all(word in change for word, change in zip(changes, answer.changes, strict=True))
    assert bool(answer.instead) is instead


def test_what_contradicts_itself_takes_nothing() -> None:
    answer = advise_answers.of_wish(Deliver.FILES, Consumption.ENV, ObjectType.SECRET)
    assert answer.choice.problem
    assert answer.changes == ()
