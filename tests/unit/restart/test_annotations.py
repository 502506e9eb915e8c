"""What the annotations of keyferry and of Reloader ask for."""

from collections.abc import Mapping

import pytest

from keyferry.restart.annotations import wishes
from keyferry.restart.state import Source, SourceKind, Terms

DB = Source(SourceKind.SECRET, "db")
TLS = Source(SourceKind.SECRET, "tls")
KV = Source(SourceKind.CLASS, "kv")
BOTH = (Source(SourceKind.SECRET, "both"), Source(SourceKind.CLASS, "both"))
USED = frozenset({DB, TLS, KV, *BOTH})
OURS = "keyferry.io/restart-on-change"
RELOAD = "secret.reloader.stakater.com/reload"
AUTO = "reloader.stakater.com/auto"
TYPED = "secret.reloader.stakater.com/auto"
SEARCH = "reloader.stakater.com/search"
CLASS_RELOAD = "secretproviderclass.reloader.stakater.com/reload"
CLASS_AUTO = "secretproviderclass.reloader.stakater.com/auto"
EXCLUDE = "secrets.exclude.reloader.stakater.com/reload"
CLASS_EXCLUDE = "secretproviderclasses.exclude.reloader.stakater.com/reload"
SECRETS = (DB, TLS, BOTH[0])


def terms(*sources: Source, at: Terms = Terms.UNLESS_IGNORED) -> dict[Source, Terms]:
    return dict.fromkeys(sources, at)


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        pytest.param({}, {}, id="nothing-asked"),
        pytest.param({OURS: "true"}, terms(*USED, at=Terms.ALWAYS), id="everything-used"),
        pytest.param({OURS: "false"}, {}, id="off"),
        pytest.param({OURS: ""}, {}, id="empty"),
        pytest.param({OURS: " secret/db , class/kv,"}, terms(DB, KV, at=Terms.ALWAYS), id="names-with-kinds"),
        pytest.param({OURS: "db"}, terms(DB, at=Terms.ALWAYS), id="plain-name-is-what-is-used"),
        pytest.param({OURS: "both"}, terms(*BOTH, at=Terms.ALWAYS), id="plain-name-of-two"),
        pytest.param(
            {OURS: "unused"}, terms(Source(SourceKind.SECRET, "unused"), at=Terms.ALWAYS), id="plain-unused-is-a-secret"
        ),
        pytest.param({RELOAD: "db, unused"}, terms(DB, Source(SourceKind.SECRET, "unused")), id="reloader-names"),
        pytest.param({RELOAD: "t.*|db"}, terms(TLS, DB), id="reloader-pattern-among-the-used"),
        pytest.param({AUTO: "true"}, terms(*SECRETS), id="reloader-auto-is-secrets"),
        pytest.param({AUTO: "1"}, terms(*SECRETS), id="as-go-reads-true"),
        pytest.param({AUTO: "yes"}, {}, id="as-go-reads-nothing"),
        pytest.param({TYPED: "true"}, terms(*SECRETS), id="reloader-typed-auto"),
        pytest.param({CLASS_AUTO: "true"}, terms(KV, BOTH[1]), id="reloader-classes-auto"),
        pytest.param({CLASS_RELOAD: "kv"}, terms(KV), id="reloader-classes-by-name"),
        pytest.param({SEARCH: "true"}, terms(*SECRETS, at=Terms.IF_MATCHED), id="reloader-search"),
        pytest.param({SEARCH: "TRUE"}, {}, id="reloader-search-is-literal"),
        pytest.param(
            {SEARCH: "true", RELOAD: "db"},
            terms(*SECRETS, at=Terms.IF_MATCHED) | terms(DB),
            id="the-easier-term-holds",
        ),
        pytest.param({AUTO: "true", EXCLUDE: "db, both"}, terms(TLS), id="reloader-exclusion"),
        pytest.param({CLASS_AUTO: "true", CLASS_EXCLUDE: "both"}, terms(KV), id="reloader-class-exclusion"),
        pytest.param({OURS: "db", EXCLUDE: "db"}, terms(DB, at=Terms.ALWAYS), id="ours-is-not-excluded"),
    ],
)
def test_what_is_watched(own: Mapping[str, str], expected: Mapping[Source, Terms]) -> None:
    found = wishes(own, {}, USED)
    assert found.watched == expected
    assert found.notes == []


@pytest.mark.parametrize(
    ("own", "words"),
    [
        pytest.param({OURS: "Secret_DB"}, '"Secret_DB" names no Secret', id="no-name"),
        pytest.param({OURS: "configmap/db"}, '"configmap/db" names no Secret', id="other-kind"),
        pytest.param({OURS: "yes, /db"}, '"/db" names no Secret', id="no-kind"),
        pytest.param({OURS: "x" * 400}, "…", id="long"),
        pytest.param({RELOAD: "db("}, "not a regular expression", id="bad-pattern"),
        pytest.param(
            {TYPED: "1", "configmap.reloader.stakater.com/reload": "c"}, "does not watch ConfigMaps", id="config-maps"
        ),
        pytest.param(
            {OURS: "db", "configmap.reloader.stakater.com/auto": "1"}, "does not watch ConfigMaps", id="typed"
        ),
        pytest.param({AUTO: "true", "deployment.reloader.stakater.com/pause-period": "5m"}, "budget", id="pause"),
    ],
)
def test_what_does_nothing_is_said(own: Mapping[str, str], words: str) -> None:
    notes = wishes(own, {}, USED).notes
    assert len(notes) == 1
    assert words in notes[0]


def test_who_asks_for_nothing_of_ours_is_left_to_others() -> None:
    assert wishes({"configmap.reloader.stakater.com/auto": "true"}, {}, USED).notes == []


def test_one_bad_name_does_not_hide_the_good_ones() -> None:
    assert set(wishes({OURS: "DB!, secret/tls"}, {}, USED).watched) == {TLS}


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        pytest.param({}, set(SECRETS), id="the-template-speaks"),
        pytest.param({RELOAD: "db"}, {DB}, id="the-workload-speaks-instead"),
        pytest.param({AUTO: "false"}, set(), id="and-says-no"),
    ],
)
def test_reloaders_annotations_may_stand_on_the_pod_template(own: Mapping[str, str], expected: set[Source]) -> None:
    assert set(wishes(own, {AUTO: "true"}, USED).watched) == expected


def test_reloaders_annotations_can_be_left_to_reloader() -> None:
    own = {AUTO: "true", OURS: "class/kv", "configmap.reloader.stakater.com/auto": "true"}
    found = wishes(own, {TYPED: "true"}, USED, reloader=False)
    assert (found.watched, found.notes) == ({KV: Terms.ALWAYS}, [])
