"""The words of the flags are those of what is rendered."""

from keyferry.cli.provision_options import Format
from keyferry.provision.manifests.state import Form


def test_every_form_can_be_asked_for() -> None:
    assert [each.value for each in Format] == [each.value for each in Form]
