"""`keyferry operator`: keeps Kubernetes Secrets in step with Key Vault."""

import os
import re
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer

from keyferry.cli import events, replicas, restarts, upstream_forms, upstream_options, working
from keyferry.cli.logging import LogFormatOption, LogLevelOption
from keyferry.cli.operator_settings import OperatorSettings
from keyferry.cli.upstream_command import UpstreamCommand
from keyferry.cli.upstream_options import UpstreamOptions
from keyferry.model.wellknown import EVENT_GRID_APPLICATION
from keyferry.restart.settings import Settings as RestartSettings
from keyferry.runtime import logs
from keyferry.sync.settings import EventSettings, Settings


class OperatorCommand(UpstreamCommand):
    """The command, with the flags of External Secrets Operator."""

    dialect = upstream_forms.OPERATOR
    options = staticmethod(upstream_options.options)


CLASS: Final = OperatorCommand

TenantOption: TypeAlias = Annotated[
    str, typer.Option(help="The Entra tenant of stores that name none.", envvar="AZURE_TENANT_ID")
]
OwnIdentityOption: TypeAlias = Annotated[
    str, typer.Option(help="Namespaces whose stores may use the operator's and its machine's identities; * is all.")
]


def command(  # noqa: PLR0913  (each parameter is a flag)
    ctx: typer.Context,
    *,
    kubeconfig: Annotated[
        Path | None,
        typer.Option(
            help="The cluster to serve; by default KUBECONFIG, ~/.kube/config, or the pod's own.", exists=True
        ),
    ] = None,
    context: Annotated[str | None, typer.Option(help="The context of the kubeconfig.")] = None,
    namespace: Annotated[str, typer.Option(help="Serve this namespace alone.", show_default="all")] = "",
    tenant_id: TenantOption = "",
    own_identity_usable_from: OwnIdentityOption = "*",
    controller_class: Annotated[str, typer.Option(help="Serve stores of this class, and of none.")] = "default",
    concurrent: Annotated[int, typer.Option(min=1, max=1000, help="How many ExternalSecrets at once.")] = 100,
    metrics_addr: Annotated[str, typer.Option(help="Where /metrics, /healthz and /readyz are served.")] = ":8080",
    events_addr: events.AddressOption = "",
    events_audience: events.AudienceOption = "",
    events_key_file: events.KeyFileOption = None,
    events_application: events.ApplicationOption = EVENT_GRID_APPLICATION,
    feed_interval: replicas.FeedIntervalOption = "0s",
    leader_elect: replicas.LeaderElectOption = False,
    shards: replicas.ShardsOption = 1,
    lease_namespace: replicas.LeaseNamespaceOption = "default",
    restart_budget: restarts.BudgetOption = 2,
    reloader_annotations: restarts.ReloaderOption = True,
    log_level: LogLevelOption = logs.LogLevel.INFO,
    log_format: LogFormatOption = logs.LogFormat.JSON,
) -> None:
    """Keep Kubernetes Secrets in step with Key Vault (External Secrets API).

    Example: keyferry operator --kubeconfig ~/.kube/config --tenant-id 99999999-9999-4999-8999-999999999999
    """
    upstream: UpstreamOptions = ctx.obj
    delivery = Settings(
        kubeconfig=kubeconfig,
        context=context,
        namespace=namespace,
        tenant_id=tenant_id,
        client_id=os.environ.get("AZURE_CLIENT_ID", ""),
        token_file=os.environ.get("AZURE_FEDERATED_TOKEN_FILE", ""),
        own_identity_usable_from=namespaces(own_identity_usable_from),
        controller_class=controller_class,
        concurrent=concurrent,
        health_address=metrics_addr,
        events=EventSettings(
            address=events_addr,
            audience=events_audience,
            key_file=events_key_file,
            application=events_application,
            tenant_id=tenant_id,
        ),
        feed_interval=replicas.interval(feed_interval),
        leader_elect=leader_elect,
        shards=shards,
        lease_namespace=lease_namespace,
        instance=os.environ.get("POD_NAME", ""),
        **upstream.fields,
    )
    rolling = RestartSettings(
        namespace=namespace, key_namespace=lease_namespace, budget=restart_budget, reloader=reloader_annotations
    )
    working.begin(OperatorSettings(delivery=delivery, restarts=rolling), level=log_level, form=log_format)


def namespaces(text: str) -> frozenset[str] | None:
    """Return the namespaces of a list with commas or blanks; None for "*", which is all of them."""
    if text.strip() == "*":
        return None
    return frozenset(name for name in re.split(r"[,\s]+", text) if name)
