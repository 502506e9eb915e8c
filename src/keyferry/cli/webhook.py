"""`keyferry webhook`: gives pods their workload identity, and says at apply time what is wrong with manifests."""

from pathlib import Path
from typing import Annotated, Final

import typer

from keyferry.admit.certificates.settings import SERVICE, Registration
from keyferry.admit.settings import InjectionFlags, Settings
from keyferry.cli import replicas, upstream_forms, upstream_webhook_options, webhook_options, working
from keyferry.cli.logging import LogFormatOption, LogLevelOption
from keyferry.cli.upstream_command import UpstreamCommand
from keyferry.cli.upstream_webhook_options import UpstreamWebhookOptions
from keyferry.runtime import logs


class WebhookCommand(UpstreamCommand):
    """The command, with the flags of External Secrets' and Azure Workload Identity's webhooks."""

    dialect = upstream_forms.WEBHOOK
    options = staticmethod(upstream_webhook_options.options)


CLASS: Final = WebhookCommand


def command(  # noqa: PLR0913  (each parameter is a flag)
    ctx: typer.Context,
    *,
    cert_dir: Annotated[
        Path, typer.Option(help="The folder of tls.crt and tls.key; they are taken anew when they change.")
    ] = Path("/etc/keyferry/webhook"),
    certificate_secret: webhook_options.SecretOption = "",
    service: webhook_options.ServiceOption = SERVICE,
    mutating_configurations: webhook_options.MutatingOption = webhook_options.MUTATING,
    validating_configurations: webhook_options.ValidatingOption = webhook_options.VALIDATING,
    inject: webhook_options.InjectOption = False,
    advise: webhook_options.AdviseOption = False,
    enforce: webhook_options.EnforceOption = "",
    subjects: webhook_options.SubjectsOption = None,
    authority_host: webhook_options.AuthorityHostOption = "",
    grace: webhook_options.GraceOption = "10s",
    kubeconfig: Annotated[
        Path | None,
        typer.Option(
            help="The cluster to serve; by default KUBECONFIG, ~/.kube/config, or the pod's own.", exists=True
        ),
    ] = None,
    context: Annotated[str | None, typer.Option(help="The context of the kubeconfig.")] = None,
    address: Annotated[str, typer.Option(help="Where the API server asks, over HTTPS.")] = ":10250",
    metrics_addr: Annotated[str, typer.Option(help="Where /metrics, /healthz and /readyz are served.")] = ":8081",
    log_level: LogLevelOption = logs.LogLevel.INFO,
    log_format: LogFormatOption = logs.LogFormat.JSON,
) -> None:
    """Give pods their workload identity, and say at apply time what is wrong with manifests.

    Example: keyferry webhook --inject --advise --certificate-secret keyferry/keyferry-webhook-tls
    Example: keyferry webhook --cert-dir /certs
    """
    webhook_options.check_advice(advises=advise, enforce=enforce, subjects=subjects)
    upstream: UpstreamWebhookOptions = ctx.obj
    injection = InjectionFlags(
        audience=upstream.audience,
        binding_suffix=upstream.binding_suffix,
        binding_audience=upstream.binding_audience,
        authority_host=authority_host,
    )
    registration = Registration(
        service=service,
        secret=certificate_secret,
        mutating=webhook_options.names(mutating_configurations),
        validating=webhook_options.names(validating_configurations),
    )
    settings = Settings(
        certificates=cert_dir.absolute(),
        registration=registration,
        kubeconfig=kubeconfig,
        context=context,
        injection=injection if inject else None,
        advice=advise,
        enforce=webhook_options.names(enforce),
        subjects=subjects and subjects.absolute(),
        address=f":{upstream.port}" if upstream.port else address,
        health_address=metrics_addr,
        live_address=upstream.health_address,
        grace=replicas.interval(grace),
    )
    working.begin(settings, level=log_level, form=log_format)
