"""The form of an answer, chosen by the Accept header as the API server does.

Objects come whole, as metadata only (PartialObjectMetadata) or as rows of a Table; always as JSON, or YAML when that is
all the client takes. Source: https://kubernetes.io/docs/reference/using-api/api-concepts/.
"""

from dataclasses import dataclass

from keyferry.lab.kubernetes.status import not_acceptable
from keyferry.lab.world.http import Request

_JSON = ("application/json", "*/*", "application/*")
_BY_HAND = ("curl", "Wget", "Mozilla/5.0")
_YAML = "application/yaml"
_KINDS = {
    "Table": "table",
    "PartialObjectMetadata": "partial",
    "PartialObjectMetadataList": "partial",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How to show objects: `shape` is "whole", "table" or "partial"."""

    shape: str = "whole"
    yaml: bool = False
    include_object: str = "Metadata"


def form(accept: str, include_object: str = "") -> Form:
    """Return the first form in `accept` that this server can give; NotAcceptable when there is none."""
    for offer in accept.split(",") if accept else ["application/json"]:
        media, parameters = _parse(offer)
        shape = _shape(parameters)
        if shape and media in _JSON:
            return Form(shape=shape, include_object=include_object or "Metadata")
        if shape == "whole" and media == _YAML:
            return Form(yaml=True)
    raise not_acceptable()


def wants_aggregated_discovery(accept: str) -> str:
    """Return the version of aggregated discovery that the client prefers, "" when it takes only the old documents."""
    for offer in accept.split(","):
        media, parameters = _parse(offer)
        if media not in _JSON:
            continue
        if parameters.get("g") == "apidiscovery.k8s.io" and parameters.get("as") == "APIGroupDiscoveryList":
            if parameters.get("v") in ("v2", "v2beta1"):
                return parameters["v"]
        elif "as" not in parameters:
            return ""
    return ""


def wants_indentation(request: Request) -> bool:
    """Whether a human reads the answer: `?pretty` says so, or else the program that asks is curl, wget or a browser."""
    asked = request.parameter("pretty")
    if asked:
        return asked.lower() in ("1", "t", "true")
    return request.headers.get("user-agent", "").startswith(_BY_HAND)


def _parse(offer: str) -> tuple[str, dict[str, str]]:
    media, *rest = [part.strip() for part in offer.split(";")]
    return media, dict(part.split("=", 1) for part in rest if "=" in part)


def _shape(parameters: dict[str, str]) -> str:
    wanted = parameters.get("as", "")
    if not wanted:
        return "whole"
    known = parameters.get("g") == "meta.k8s.io" and parameters.get("v") in ("v1", "v1beta1")
    return _KINDS.get(wanted, "") if known else ""
