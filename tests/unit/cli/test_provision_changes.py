"""A plan is told part by part; what is lost or changed is told one by one."""

from keyferry.cli import provision_changes
from keyferry.provision.terraform.changes import ESTATE, Action, Change, Part

SITE = Part(kind="site", name="site-a")
MADE = Change(part=ESTATE, address="azurerm_x.y", action=Action.MAKE)
CHANGED = Change(part=SITE, address='module.site["site-a"].azurerm_x.this', action=Action.CHANGE, fields=("subject",))
REMOVED = Change(part=SITE, address='module.site["site-a"].azurerm_z.this', action=Action.REMOVE)


def test_people_get_a_table() -> None:
    assert list(provision_changes.lines([MADE, CHANGED, REMOVED])) == [
        "                make   change  replace   remove",
        "estate             1        -        -        -",
        "site site-a        -        1        -        1",
        '  change module.site["site-a"].azurerm_x.this (subject)',
        '  remove module.site["site-a"].azurerm_z.this',
        "1 to make, 1 to change, 1 to remove",
    ]


def test_nothing_is_one_line() -> None:
    assert list(provision_changes.lines([])) == ["no resource changes"]


def test_what_was_done_is_one_line() -> None:
    assert provision_changes.done([MADE, MADE, REMOVED]) == "2 made, 1 removed"
    assert provision_changes.done([]) == "no resource, outputs alone"


def test_programs_get_all_of_it() -> None:
    told = provision_changes.document([MADE, CHANGED], has_changes=True)
    assert told["hasChanges"] is True
    assert told["summary"] == {"make": 1, "change": 1, "replace": 0, "remove": 0}
    assert told["parts"][1] == {
        "kind": "site",
        "name": "site-a",
        "changes": [{"address": CHANGED.address, "action": "change", "fields": ["subject"]}],
    }
