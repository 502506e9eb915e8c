"""`install`, `events`, `monitoring` and `terraform` as types, and what takes more than one field. Called by parsing."""

from typing import Final

from keyferry.spec import durations
from keyferry.spec.estate import directory_ids, platform_names
from keyferry.spec.estate.drafts import Draft, Notes
from keyferry.spec.estate.estate import Backend, Estate, Events, Install, Monitoring
from keyferry.spec.estate.fields.platform import COMPONENTS

_QUARTER: Final = "15m"  # where what was written is wrong
# As deploy/terraform/modules/monitoring counts them, so that it is told before anything is planned.
_BYTES_OF_ONE: Final = 13
_BYTES_OF_VAULT: Final = 25
_BYTES_OF_QUERY: Final = 60_000


def install(spec: Draft, notes: Notes) -> Install | None:
    """Return what `install` says, None where it is left out."""
    if not spec.has("install"):
        return None
    draft = spec.part("install")
    _check_pins(draft, notes)
    components = draft.texts("components") or COMPONENTS
    return Install(
        namespace=draft.text("namespace"),
        chart=draft.text("chart"),
        chart_version=draft.text("chartVersion"),
        image=draft.text("image"),
        digest=draft.text("digest"),
        has_operator="operator" in components,
        has_webhook="webhook" in components,
        has_node="node" in components,
    )


def events(spec: Draft) -> Events | None:
    """Return what `events` says, None where it is left out."""
    draft = spec.part("events")
    if not spec.has("events"):
        return None
    return Events(endpoint=draft.text("endpoint"), application=draft.text("application"))


def monitoring(spec: Draft, notes: Notes) -> Monitoring | None:
    """Return what `monitoring` says, None where it is left out."""
    if not spec.has("monitoring"):
        return None
    draft = spec.part("monitoring")
    if not spec.texts("vaults"):
        notes.add(draft, "", "has no vault to watch", "add one to spec.vaults, or remove it")
    return Monitoring(
        workspace_id=draft.text("workspaceId"),
        retention_days=draft.number("retentionDays"),
        emails=draft.texts("emails"),
        forbidden_per_window=draft.number("forbiddenPerWindow"),
        throttled_per_window=draft.number("throttledPerWindow"),
        window=durations.parse(draft.text("window", _QUARTER)),
        known_principals=directory_ids.read(draft, "knownPrincipals", notes),
    )


def check_alerts(estate: Estate, spec: Draft, notes: Notes) -> None:
    """Note alerts whose query is too long: it names everybody known, and the vaults in a workspace of others."""
    if (watching := estate.monitoring) is None:
        return
    known = len(estate.identities) + len(watching.known_principals)
    vaults = len(estate.vaults) if watching.workspace_id else 0
    if known * _BYTES_OF_ONE + vaults * _BYTES_OF_VAULT > _BYTES_OF_QUERY:
        message = f"would have alerts on all but {known:,} identities and people, more than a query of Azure's takes"
        notes.add(spec, "monitoring", message, "part the estate, let sites share identities, or leave it out")


def backend(spec: Draft, notes: Notes) -> Backend | None:
    """Return Terraform's backend, None where its state is a file beside it."""
    terraform = spec.part("terraform")
    if not terraform.has("backend"):
        return None
    draft = terraform.part("backend")
    settings = draft.part("settings").content
    for name, value in settings.items():
        if platform_names.is_credential(name, value):
            notes.add(
                draft,
                f"settings[{name[:40]}]",
                "is a credential, and none may stand in a file",
                "remove it, also from the file's history; let the backend use your login or environment variables",
            )
    return Backend(type=draft.text("type"), settings=dict(settings))


def _check_pins(draft: Draft, notes: Notes) -> None:
    chart, image = draft.text("chart"), draft.text("image")
    if chart.startswith("oci://") and not draft.has("chartVersion"):
        notes.add(draft, "chartVersion", "is missing, which a chart in a registry needs", "write its exact version")
    if not chart.startswith("oci://") and draft.has("chartVersion"):
        notes.add(draft, "chartVersion", "does not go with a chart in a folder", "remove it")
    if draft.has("digest") and ":" in image.rpartition("/")[2]:
        notes.add(draft, "image", "has a tag beside the digest", "remove the tag: the digest alone counts")
    components = draft.texts("components")
    if len(set(components)) < len(components):
        notes.add(draft, "components", "names one of them twice", "name each once")
