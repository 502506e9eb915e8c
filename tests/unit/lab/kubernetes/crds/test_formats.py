import pytest

from keyferry.lab.kubernetes.crds import formats


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        pytest.param("date", "2026-03-01", "2026-13-01", id="date"),
        pytest.param("date-time", "2026-03-01T12:00:00Z", "2026-03-01", id="date-time"),
        pytest.param("date-time", "2026-03-01t12:00:00.5+01:00", "2026-03-41T12:00:00Z", id="day-of-the-month"),
        pytest.param("duration", "1h30m", "1 fortnight", id="duration"),
        pytest.param("byte", "aGk=", "not base64", id="byte"),
        pytest.param("email", "a@b.c", "a", id="email"),
        pytest.param("hostname", "a.example.com", "-a", id="hostname"),
        pytest.param("ipv4", "10.0.0.1", "10.0.0", id="ipv4"),
        pytest.param("ipv6", "::1", "10.0.0.1", id="ipv6"),
        pytest.param("cidr", "10.0.0.0/8", "10.0.0.0/99", id="cidr"),
        pytest.param("uri", "https://example.com/", "nowhere", id="uri"),
        pytest.param("uuid", "123e4567-e89b-12d3-a456-426614174000", "123", id="uuid"),
        pytest.param(
            "uuid4", "123e4567-e89b-42d3-a456-426614174000", "123e4567-e89b-12d3-a456-426614174000", id="uuid4"
        ),
    ],
)
def test_checks_formats(name: str, good: str, bad: str) -> None:
    assert formats.holds(name, good)
    assert not formats.holds(name, bad)


def test_ignores_formats_it_does_not_know() -> None:
    assert formats.holds("colour", "anything")
