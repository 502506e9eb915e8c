"""What the flags of upstream's webhooks say."""

from keyferry.cli.upstream_webhook_options import UpstreamWebhookOptions, options


def test_without_any_they_say_nothing() -> None:
    assert options() == UpstreamWebhookOptions(
        port=0, health_address="", audience="", binding_suffix="", binding_audience=""
    )


def test_each_says_what_it_is_named_for() -> None:
    assert options(
        port=9443,
        health_addr=":9440",
        audience="api://a",
        custom_token_endpoint_annotation_suffix="binding",
        custom_token_endpoint_audience="api://b",
    ) == UpstreamWebhookOptions(
        port=9443, health_address=":9440", audience="api://a", binding_suffix="binding", binding_audience="api://b"
    )
