import re
import uuid

from keyferry.lab.azure.sources import named_guid
from tests.fakes import lab_azure


def test_ids_have_the_service_s_form() -> None:
    sources = lab_azure.sources()
    assert re.fullmatch(r"[0-9a-f]{32}", sources.hex_id())
    assert uuid.UUID(sources.guid()).version == 4


def test_text_has_the_length_asked_for() -> None:
    sources = lab_azure.sources()
    assert [len(sources.text(length)) for length in (1, 2, 31, 1000)] == [1, 2, 31, 1000]
    assert sources.text(20) != sources.text(20)


def test_a_named_guid_is_always_the_same_and_has_no_case() -> None:
    assert named_guid("client", "Reader") == named_guid("CLIENT", "reader") != named_guid("client", "writer")
