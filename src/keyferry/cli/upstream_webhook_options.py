"""The flags that `keyferry webhook` has because upstream's webhooks' deployments carry them."""

from dataclasses import dataclass
from typing import Annotated, Final

import typer

PANEL: Final = "As upstream's webhooks have them"


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamWebhookOptions:
    """What those flags say. `port` 0 and an empty `health_address` say nothing."""

    port: int
    health_address: str
    audience: str
    binding_suffix: str
    binding_audience: str


def options(
    *,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="As --address :PORT.", rich_help_panel=PANEL, show_default=False)
    ] = 0,
    health_addr: Annotated[
        str,
        typer.Option(
            help="Serve /healthz and /readyz there, too.", rich_help_panel=PANEL, show_default="where metrics are"
        ),
    ] = "",
    audience: Annotated[
        str,
        typer.Option(
            help="Whom injected tokens are for.", rich_help_panel=PANEL, show_default="api://AzureADTokenExchange"
        ),
    ] = "",
    custom_token_endpoint_annotation_suffix: Annotated[
        str,
        typer.Option(
            help="Pods with the annotation azure.workload.identity/use-SUFFIX get their tokens by identity binding.",
            rich_help_panel=PANEL,
        ),
    ] = "",
    custom_token_endpoint_audience: Annotated[
        str, typer.Option(help="Whom the tokens of identity bindings are for.", rich_help_panel=PANEL)
    ] = "",
) -> UpstreamWebhookOptions:
    """Return what the flags say."""
    return UpstreamWebhookOptions(
        port=port,
        health_address=health_addr,
        audience=audience,
        binding_suffix=custom_token_endpoint_annotation_suffix,
        binding_audience=custom_token_endpoint_audience,
    )
