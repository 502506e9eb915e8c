import socket
from pathlib import Path

import yaml
from aiohttp import web

from keyferry.cli import webhook_plugin
from tests.fakes import command_line

MANIFEST = Path(__file__).parents[3] / "deploy" / "webhook.yaml"


def test_every_flag_that_it_gives_exists() -> None:
    given = webhook_plugin.arguments(1234, 5678, Path("/kubeconfig"))
    shown = command_line.run("webhook", "--help").output
    assert given[0] == "webhook"
    assert [flag for flag in given if flag.startswith("--") and flag not in shown] == []
    assert "127.0.0.1:1234" in given


def test_it_is_registered_as_in_the_manifest() -> None:
    there = {(one["kind"], one["metadata"]["name"]): one for one in yaml.safe_load_all(MANIFEST.read_text())}
    here = {(one["kind"], one["metadata"]["name"]): one for one in webhook_plugin.registration()}
    assert here == {name: there[name] for name in here}
    configurations = {name for name in there if name[0].endswith("WebhookConfiguration")}
    assert {*configurations, ("Namespace", "keyferry"), ("Service", "keyferry-webhook")} == here.keys()


def test_what_the_manifest_runs_exists_and_waits_for_nothing_of_its_own() -> None:
    there = {one["kind"]: one for one in yaml.safe_load_all(MANIFEST.read_text())}
    pod = there["Deployment"]["spec"]["template"]
    shown = command_line.run("webhook", "--help").output
    command, *flags = pod["spec"]["containers"][0]["args"]
    assert command == "webhook"
    assert [flag for flag in flags if flag.partition("=")[0] not in shown] == []
    assert f"--certificate-secret={webhook_plugin.NAMESPACE}/{webhook_plugin.SECRET}" in flags
    (injection,) = there["MutatingWebhookConfiguration"]["webhooks"]
    assert injection["failurePolicy"] == "Fail"
    assert injection["objectSelector"]["matchLabels"].items().isdisjoint(pod["metadata"]["labels"].items())
    mild = [one for one in yaml.safe_load_all(MANIFEST.read_text()) if one["kind"].startswith("Validating")]
    assert {entry["failurePolicy"] for one in mild for entry in one["webhooks"]} == {"Ignore"}
    service = there["Service"]["spec"]
    assert service["selector"].items() <= pod["metadata"]["labels"].items()
    assert there["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"] == service["selector"]


def test_fields_can_be_others() -> None:
    changed = {
        document["metadata"]["name"]: document
        for document in webhook_plugin.registration({webhook_plugin.VALIDATION: {"failurePolicy": "Fail"}})
    }
    assert changed[webhook_plugin.VALIDATION]["webhooks"][0]["failurePolicy"] == "Fail"
    assert changed["keyferry-advise"]["webhooks"][0]["failurePolicy"] == "Ignore"


async def test_it_is_ready_when_it_says_so(tmp_path: Path) -> None:
    webhook = webhook_plugin.Webhook(tmp_path / "kubeconfig", {}, tmp_path / "log")
    assert await webhook.is_ready() is None, "nobody listens"
    status = 503

    async def answer(_request: web.BaseRequest) -> web.Response:
        return web.Response(status=status)

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    await web.TCPSite(runner, webhook_plugin.HOST, webhook.health_port).start()
    assert await webhook.is_ready() is None, "it is not"
    status = 200
    assert await webhook.is_ready()
    await runner.cleanup()


def test_a_free_port_can_be_had() -> None:
    with socket.socket() as one:
        one.bind((webhook_plugin.HOST, webhook_plugin.free_port()))
