"""What every unit test needs."""

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True, scope="session")
def _no_system_certificates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Trust nobody by default: reading the machine's authorities takes 50 ms for every TLS context."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SSL_CERT_FILE", str(tmp_path_factory.mktemp("trust") / "none.pem"))
        yield
