import pytest

from keyferry.lab.azure.keyvault.certificates import der


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        pytest.param(der.integer(0), "020100", id="nought"),
        pytest.param(der.integer(127), "02017f", id="seven-bits"),
        pytest.param(der.integer(128), "02020080", id="eight-bits-stay-positive"),
        pytest.param(der.integer(2000), "020207d0", id="rounds"),
        pytest.param(der.octets(b"\x01"), "040101", id="bytes"),
        pytest.param(der.octets(b"a" * 127)[:2], "047f", id="the-longest-short-length"),
        pytest.param(der.octets(b"a" * 128)[:3], "048180", id="the-shortest-long-length"),
        pytest.param(der.octets(b"a" * 256)[:4], "04820100", id="a-length-of-two-bytes"),
        pytest.param(der.oid("1.2.840.113549.1.7.1"), "06092a864886f70d010701", id="data"),
        pytest.param(der.oid("1.3.14.3.2.26"), "06052b0e03021a", id="sha1"),
        pytest.param(der.sequence(), "3000", id="nothing"),
        pytest.param(der.sequence(der.NULL, der.NULL), "300405000500", id="two"),
        pytest.param(der.set_of(der.NULL), "31020500", id="set"),
        pytest.param(der.tagged(0, der.NULL), "a0020500", id="tagged"),
        pytest.param(der.implicit(0, b"\x07"), "800107", id="tagged-in-its-place"),
    ],
)
def test_elements(made: bytes, expected: str) -> None:
    assert made.hex() == expected
