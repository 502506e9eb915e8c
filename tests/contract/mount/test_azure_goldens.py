"""What the Azure provider 1.8.2 answered, asked by its own socket of the lab's vaults, and what we answer to the same.

The certificates and keys were made for these cases alone.
https://github.com/Azure/secrets-store-csi-driver-provider-azure
"""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

import pytest

from keyferry.model.errors import SpecError
from keyferry.mount.azure.render import Forms, Obtained, render
from keyferry.mount.state import Payload
from keyferry.spec import mount_objects
from keyferry.spec.azure_mount import ObjectEncoding, ObjectFormat
from keyferry.spec.problems import Problems
from tests.fakes.bundles import bundle
from tests.fakes.mount_source import wanted
from tests.golden.cases import as_bytes, cases

MODE = 0o644
GOLDENS = "azure_provider.jsonl"
FORMS = {
    "plain": Forms(),
    "sep": Forms(separate_files=True),
    "nochain": Forms(construct_pem_chain=False),
}

REFUSED_BY_US: Mapping[str, str] = {
    **dict.fromkeys(("perm:0o644", "perm:9", "perm:0888", "perm:0x1ff", "perm:1e2"), "upstream makes it mode 0"),
    **dict.fromkeys(("perm:01777", "perm:07777", "perm:-1"), "upstream hands on more than a mode has"),
    **dict.fromkeys(("alias:a/./b", "alias:a//b", "alias:a/", "alias:."), "upstream's driver refuses it later"),
    "clash": "upstream's driver fails to write it",
    **dict.fromkeys(("yaml:empty", "yaml:null", "yaml:other", "yaml:nullitem"), "upstream's driver refuses it later"),
    **dict.fromkeys(("yaml:anchor", "yaml:two", "yaml:merge"), "of YAML, as little as can be is read"),
    "k:PFX": "upstream sees it in small letters alone",
    "h:neg": "upstream takes it for none",
}


def digests(payload: Payload, name: str) -> dict[str, str]:
    return {file.path.removeprefix(name): hashlib.sha256(file.content.reveal()).hexdigest() for file in payload.files}


@pytest.mark.parametrize("case", cases(GOLDENS, "certificate"))
def test_a_certificate_in_every_form_is_byte_by_byte_the_same(case: dict[str, Any]) -> None:
    read = bundle("web", value=as_bytes(case, "value"), content_type=case["contentType"], certificate_backed=True)
    for asked, expected in case["answers"].items():
        form, flags = asked.split(" ")
        one = Obtained(wanted=wanted("web", format=ObjectFormat(form)), bundle=read)
        assert digests(render([one], FORMS[flags], mode=MODE), "web") == expected, asked


@pytest.mark.parametrize("case", cases(GOLDENS, "value"))
def test_a_value_is_decoded_or_refused_alike(case: dict[str, Any]) -> None:
    asked = wanted("db", encoding=ObjectEncoding(case["encoding"]))
    one = Obtained(wanted=asked, bundle=bundle("db", value=base64.b64decode(case["value_b64"])))
    try:
        found = digests(render([one], Forms(), mode=MODE), "db")[""]
    except SpecError:
        found = None
    assert found == case["sha256"]


@pytest.mark.parametrize("case", cases(GOLDENS, "objects"))
def test_objects_are_read_or_refused_alike(case: dict[str, Any]) -> None:
    problems = Problems()
    parsed = mount_objects.parse(case["objects"], "objects", problems)
    files = [[one.path, MODE if one.mode is None else one.mode] for one in parsed]
    if case["files"] is None or REFUSED_BY_US.get(case["id"]):
        assert problems.found
    else:
        assert not problems.found
        assert files == [file for place, file in enumerate(case["files"]) if file not in case["files"][:place]]


def test_every_difference_is_still_one() -> None:
    told = {param.id: param.values[0] for param in cases(GOLDENS, "objects")}
    assert all(told[known]["files"] is not None for known in REFUSED_BY_US)
