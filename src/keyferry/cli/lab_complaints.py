"""What the lab complains of, in keyferry's words."""

from collections.abc import Iterator
from contextlib import contextmanager

from keyferry.lab.azure.seed import SeedError
from keyferry.lab.serve.issuers import IssuerMapError
from keyferry.lab.serve.listener import PortInUseError
from keyferry.lab.serve.options import OptionError
from keyferry.model.errors import SpecError


@contextmanager
def translated() -> Iterator[None]:
    """Raise what the lab complains of as a SpecError."""
    try:
        yield
    except SeedError as error:
        place = error.path or "its top"
        raise SpecError(what=f"the lab's seed is wrong at {place}", cause=error.problem, remedy=error.remedy) from None
    except IssuerMapError as error:
        raise SpecError(what=f"--issuer-map cannot be followed: {error}", remedy=error.remedy) from None
    except (OptionError, PortInUseError) as error:
        raise SpecError(what=str(error)) from None
