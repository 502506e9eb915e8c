"""An identity that one site alone has is that site's."""

from keyferry.provision.terraform import owning
from tests.fakes import estates


def test_identities_of_one_site() -> None:
    shared = [estates.site(name, identity="all") for name in ("a", "b")]
    assert owning.owners(estates.small(*shared, estates.site("c"))) == {"shops-c": "c"}
