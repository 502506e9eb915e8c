"""What the rule chose for each secret of an estate. Called by advising."""

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from keyferry.cli.manifest_files import File
from keyferry.cli.manifest_folders import STDIN
from keyferry.provision import intake
from keyferry.spec.estate import parsing
from keyferry.spec.estate.estate import Estate
from keyferry.spec.estate.sites import SiteSecret


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """One secret of one site of the estate in `file`."""

    file: str
    site: str
    secret: SiteSecret


def is_estate(document: Mapping[str, Any]) -> bool:
    """Tell whether a document is a keyferry.yaml."""
    return document.get("kind") == "Estate" and str(document.get("apiVersion")).startswith("keyferry.io/")


def of(file: File, document: Mapping[str, Any]) -> Iterator[Chosen]:
    """Yield what was chosen. SpecError tells what is wrong with the estate."""
    for site in _estate(file, document).sites:
        for secret in site.secrets:
            yield Chosen(file=file.name, site=site.name, secret=secret)


def _estate(file: File, document: Mapping[str, Any]) -> Estate:
    """Read the whole estate; from standard input, which was read already, without what siteFiles mean."""
    if file.name == STDIN:
        return parsing.parse(document)
    return intake.load(Path(file.name), sites=None, sites_variable=None, stdin=sys.stdin.buffer, environ=os.environ)
