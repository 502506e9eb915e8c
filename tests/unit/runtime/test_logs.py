import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from keyferry.model.secrets import SecretValue
from keyferry.runtime import logs

JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    yield (target := io.StringIO())
    structlog.reset_defaults()
    logging.basicConfig(force=True)
    assert target is not None


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        pytest.param({"version": 7}, {"version": 7}, id="keeps-numbers"),
        pytest.param({"target": "app/db"}, {"target": "app/db"}, id="keeps-plain-text"),
        pytest.param({"password": "hunter2"}, {"password": "•••"}, id="hides-by-name"),
        pytest.param({"access_token": "x"}, {"access_token": "•••"}, id="hides-tokens-by-name"),
        pytest.param({"text": f"sent {JWT} to Entra"}, {"text": "sent ••• to Entra"}, id="hides-a-jwt-anywhere"),
        pytest.param(
            {"text": "Authorization: Bearer abcdefghijklmnopqrstuvwxyz"},
            {"text": "Authorization: •••"},
            id="hides-a-bearer-token",
        ),
        pytest.param({"value": SecretValue(b"hunter2")}, {"value": "•••"}, id="a-secret-value-never-shows"),
        pytest.param({"bundle": [SecretValue(b"hunter2")]}, {"bundle": "[•••]"}, id="nor-inside-a-list"),
        pytest.param({"long": "x" * 5000}, {"long": "x" * 1999 + "…"}, id="cuts-long-texts"),
    ],
)
def test_redacts(fields: dict[str, object], shown: dict[str, object]) -> None:
    assert logs.redact(None, "info", dict(fields)) == shown


@pytest.mark.parametrize("form", list(logs.LogFormat))
def test_an_exception_passes_through_the_redaction(stream: io.StringIO, form: logs.LogFormat) -> None:
    logs.configure(level=logs.LogLevel.INFO, form=form, stream=stream)
    try:
        raise ValueError(f"could not send {JWT}")
    except ValueError:
        structlog.get_logger().exception("request.failed", vault="kv-prod")
    assert "request.failed" in stream.getvalue()
    assert "ValueError" in stream.getvalue()
    assert JWT not in stream.getvalue()


def test_writes_json_lines_from_the_level_up(stream: io.StringIO) -> None:
    logs.configure(level=logs.LogLevel.INFO, form=logs.LogFormat.JSON, stream=stream)
    structlog.get_logger().debug("too.quiet")
    structlog.get_logger().info("secret.patched", target="app/db")
    line = json.loads(stream.getvalue())
    assert (line["event"], line["target"], line["level"]) == ("secret.patched", "app/db", "info")


def test_other_libraries_pass_the_same_pipeline(stream: io.StringIO) -> None:
    logs.configure(level=logs.LogLevel.INFO, form=logs.LogFormat.JSON, stream=stream)
    logging.getLogger("example.library").info("headers")
    logging.getLogger("example.library").warning("sent %s", JWT)
    line = json.loads(stream.getvalue())
    assert (line["event"], line["level"]) == ("sent •••", "warning")
