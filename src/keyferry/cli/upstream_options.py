"""The flags that `keyferry operator` has because External Secrets Operator's deployments carry them."""

from dataclasses import dataclass
from typing import Annotated, Any, Final

import typer

from keyferry.cli import replicas
from keyferry.sync.settings import Served

PANEL: Final = "As External Secrets Operator has them"


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamOptions:
    """What those flags say, as fields of the operator's settings."""

    fields: dict[str, Any]


def options(  # noqa: PLR0913  (each parameter is a flag)
    *,
    store_requeue_interval: Annotated[
        str, typer.Option(help="How often a store is checked that does not say it.", rich_help_panel=PANEL)
    ] = "5m",
    live_addr: Annotated[
        str,
        typer.Option(
            help="Serve /healthz and /readyz there, too.", rich_help_panel=PANEL, show_default="where metrics are"
        ),
    ] = "",
    leader_election_id: Annotated[
        str, typer.Option(help="The name of the replicas' Lease.", rich_help_panel=PANEL)
    ] = "keyferry-operator",
    template_left_delimiter: Annotated[
        str, typer.Option(help="What opens a template's action.", rich_help_panel=PANEL)
    ] = "{{",
    template_right_delimiter: Annotated[str, typer.Option(help="What closes it.", rich_help_panel=PANEL)] = "}}",
    enable_secret_store_reconciler: Annotated[
        bool, typer.Option(help="Keep the status of SecretStores.", rich_help_panel=PANEL)
    ] = True,
    enable_cluster_store_reconciler: Annotated[
        bool, typer.Option(help="Serve ClusterSecretStores.", rich_help_panel=PANEL)
    ] = True,
    enable_cluster_external_secret_reconciler: Annotated[
        bool, typer.Option(help="Serve ClusterExternalSecrets.", rich_help_panel=PANEL)
    ] = True,
    enable_push_secret_reconciler: Annotated[
        bool, typer.Option(help="Serve PushSecrets.", rich_help_panel=PANEL)
    ] = True,
    enable_cluster_push_secret_reconciler: Annotated[
        bool, typer.Option(help="Serve ClusterPushSecrets, where PushSecrets are served.", rich_help_panel=PANEL)
    ] = True,
    unsafe_allow_generic_targets: Annotated[
        bool,
        typer.Option(
            help="Let ExternalSecrets write other kinds than Secret (spec.target.manifest): their readers read values.",
            rich_help_panel=PANEL,
        ),
    ] = False,
) -> UpstreamOptions:
    """Return what the flags say. SpecError when the interval is none."""
    return UpstreamOptions(
        fields={
            "store_interval": replicas.interval(store_requeue_interval),
            "live_address": live_addr,
            "lease_name": leader_election_id,
            "generic_targets": unsafe_allow_generic_targets,
            "delimiters": (template_left_delimiter, template_right_delimiter),
            "served": Served(
                secret_stores=enable_secret_store_reconciler,
                cluster_secret_stores=enable_cluster_store_reconciler,
                cluster_external_secrets=enable_cluster_external_secret_reconciler,
                push_secrets=enable_push_secret_reconciler,
                cluster_push_secrets=enable_cluster_push_secret_reconciler,
            ),
        }
    )
