"""From a client's JSON to a `WebHook`: the address, batches, protection by Entra, headers of its own.

https://learn.microsoft.com/azure/event-grid/subscription-creation-schema#destination-object
https://learn.microsoft.com/azure/event-grid/delivery-properties
"""

import re
from typing import Final
from urllib.parse import urlsplit

from keyferry.lab.azure.eventgrid.definition import DeliveryAttribute, InvalidError, WebHook
from keyferry.lab.azure.eventgrid.fields import Fields

MAX_ATTRIBUTES: Final = 10
_TLS: Final = ("", "1.0", "1.1", "1.2", "1.3")
_HOST: Final = re.compile(r"[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?")
_HEADER: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}")
_HEADER_VALUE: Final = re.compile(r"[\x20-\x7e]{0,4096}")
_RESERVED: Final = re.compile(
    r"(aeg-|webhook-).*|host|connection|content-(type|length|encoding)|transfer-encoding|te|upgrade|expect|trailer",
    re.IGNORECASE,
)


def read(destination: Fields) -> WebHook:
    """Return the endpoint. InvalidError names the field that is wrong; a URL is never shown, as it may hold a key."""
    kind = destination.text("endpointType")
    if kind.lower() != "webhook":
        raise InvalidError(
            f"'{destination.at('endpointType')}' must be WebHook: the lab's Event Grid delivers nowhere else."
        )
    fields = destination.inner("properties")
    tenant_id = fields.text("azureActiveDirectoryTenantId", "")
    audience = fields.text("azureActiveDirectoryApplicationIdOrUri", "")
    if bool(tenant_id) is not bool(audience):
        raise InvalidError(
            f"'{fields.path}' must have both of azureActiveDirectoryTenantId and "
            "azureActiveDirectoryApplicationIdOrUri, or none."
        )
    tls = fields.text("minimumTlsVersionAllowed", "")
    if tls not in _TLS:
        raise InvalidError(f"'{fields.at('minimumTlsVersionAllowed')}' must be one of {', '.join(_TLS[1:])}.")
    return WebHook(
        url=_url(fields),
        max_events=fields.number("maxEventsPerBatch", 1, 1, 5000),
        preferred_kilobytes=fields.number("preferredBatchSizeInKilobytes", 64, 1, 1024),
        tenant_id=tenant_id.lower(),
        audience=audience,
        minimum_tls=tls,
        attributes=tuple(_attribute(each) for each in fields.each("deliveryAttributeMappings", MAX_ATTRIBUTES)),
    )


def _url(fields: Fields) -> str:
    url = fields.text("endpointUrl")
    try:
        parts = urlsplit(url)
        well_formed = (
            parts.scheme == "https"
            and _HOST.fullmatch(parts.hostname or "") is not None
            and parts.port != 0
            and "@" not in parts.netloc
            and not parts.fragment
            and url.isascii()
            and url.isprintable()
            and " " not in url
        )
    except ValueError:  # brackets that are no IPv6 address, a port that is no number
        well_formed = False
    if not well_formed:
        raise InvalidError(f"'{fields.at('endpointUrl')}' must be an https URL with a host name, and no fragment.")
    return url


def _attribute(fields: Fields) -> DeliveryAttribute:
    name = fields.text("name", most=128)
    if not _HEADER.fullmatch(name) or _RESERVED.fullmatch(name):
        raise InvalidError(f"'{fields.at('name')}' must be the name of a header that Event Grid does not write itself.")
    inner = fields.inner("properties")
    match fields.text("type").lower():
        case "static":
            value = inner.text("value", most=4096)
            if not _HEADER_VALUE.fullmatch(value):
                raise InvalidError(f"'{inner.at('value')}' must be printable ASCII.")
            return DeliveryAttribute(name=name, value=value, secret=inner.flag("isSecret"))
        case "dynamic":
            return DeliveryAttribute(name=name, source_field=inner.text("sourceField", most=256))
        case _:
            raise InvalidError(f"'{fields.at('type')}' must be Static or Dynamic.")
