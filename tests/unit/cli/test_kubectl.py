from pathlib import Path

import pytest

from keyferry.cli import kubectl
from keyferry.model.errors import SpecError


def program(folder: Path, text: str) -> str:
    """A program that stands in for kubectl."""
    path = folder / "kubectl"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o700)
    return str(path)


async def test_every_file_in_one_apply_with_the_environment_given(tmp_path: Path) -> None:
    told = program(tmp_path, 'echo "$@"; echo "$KUBECONFIG"')
    assert await kubectl.apply(told, ["a.yaml", "b.yaml"], {"KUBECONFIG": "/k"}) == ["apply -f a.yaml -f b.yaml", "/k"]


async def test_a_refusal_in_its_own_words(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="kubectl apply failed: error: the path does not exist"):
        await kubectl.apply(program(tmp_path, 'echo "error: the path\n does not exist" >&2; exit 1'), ["a.yaml"], {})
