"""The suite's subject, once on the fake and once on the lab."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from azure.keyvault.secrets._shared import http_challenge_cache

from tests.fakes.vault_subjects import Subject, on_fake, on_lab


@pytest.fixture(params=[pytest.param(on_fake, id="fake"), pytest.param(on_lab, id="lab")])
async def subject(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Subject]:
    http_challenge_cache.clear()  # the vendor keeps challenges for the whole process
    async with request.param(tmp_path, monkeypatch) as made:
        yield made
