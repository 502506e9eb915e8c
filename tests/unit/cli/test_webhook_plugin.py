import base64
import stat
from pathlib import Path

import yaml

from keyferry.cli import webhook_plugin
from tests.fakes import command_line

MANIFEST = Path(__file__).parents[3] / "deploy" / "webhook.yaml"


def test_every_flag_that_it_gives_exists() -> None:
    given = webhook_plugin.arguments(Path("/certificates"), 1234)
    shown = command_line.run("webhook", "--help").output
    assert given[0] == "webhook"
    assert [flag for flag in given if flag.startswith("--") and flag not in shown] == []
    assert "127.0.0.1:1234" in given


def test_the_configuration_is_that_of_the_manifest_but_for_the_address() -> None:
    documents = yaml.safe_load_all(MANIFEST.read_text())
    (there,) = (one for one in documents if one["kind"] == "ValidatingWebhookConfiguration")
    here = webhook_plugin.configuration(1234, b"PEM")
    client = here["webhooks"][0].pop("clientConfig")
    service = there["webhooks"][0].pop("clientConfig")["service"]
    assert client == {"url": f"https://127.0.0.1:1234{service['path']}", "caBundle": base64.b64encode(b"PEM").decode()}
    assert here["webhooks"] == there["webhooks"]
    assert here["metadata"]["name"] == there["metadata"]["name"]


def test_its_fields_can_be_others() -> None:
    (webhook,) = webhook_plugin.configuration(1234, b"PEM", failurePolicy="Fail")["webhooks"]
    assert webhook["failurePolicy"] == "Fail"


async def test_its_key_is_private_and_goes_with_it(tmp_path: Path) -> None:
    webhook = webhook_plugin.Webhook(tmp_path / "webhook", {}, tmp_path / "log")
    webhook.certify(b"certificate", b"key")
    files = [*(tmp_path / "webhook").iterdir()]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    webhook.certify(b"another", b"key")
    await webhook.stop()
    await webhook.stop()
    assert [*tmp_path.iterdir()] == []  # noqa: ASYNC240  (nobody waits)
