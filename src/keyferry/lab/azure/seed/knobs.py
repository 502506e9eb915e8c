"""How a vault of the seed behaves where the real service varies: `vaults[].lab`."""

from keyferry.lab.azure.seed.declaration import Knobs, RetryAfter
from keyferry.lab.azure.seed.fields import Fields, SeedError

MAX_LIMIT = 1_000_000


def parse(fields: Fields) -> Knobs:
    """Return the knobs. SeedError names the path of what is wrong."""
    defaults = Knobs()
    knobs = Knobs(
        other_per_10s=fields.number("otherPer10s", defaults.other_per_10s, 1, MAX_LIMIT),
        sets_per_10s=fields.number("setsPer10s", defaults.sets_per_10s, 1, MAX_LIMIT),
        key_makers_per_10s=fields.number("keyMakersPer10s", defaults.key_makers_per_10s, 1, MAX_LIMIT),
        keys_per_10s=fields.number("keysPer10s", defaults.keys_per_10s, 1, MAX_LIMIT),
        limit_percent=fields.number("limitPercent", defaults.limit_percent, 1, 100_000),
        retry_after=_retry_after(fields),
        refused_count=fields.flag("refusedCount", defaults.refused_count),
        empty_first_page=fields.flag("emptyFirstPage", defaults.empty_first_page),
        empty_pages=fields.flag("emptyPages", defaults.empty_pages),
        deletion_seconds=fields.number("deletionSeconds", defaults.deletion_seconds, 0, 3600),
        certificate_seconds=fields.number("certificateSeconds", defaults.certificate_seconds, 0, 10**8),
    )
    fields.done()
    return knobs


def _retry_after(fields: Fields) -> RetryAfter:
    given = fields.raw("retryAfter")
    if given is None or given is False:
        return "no"
    if given is True or given == "seconds":
        return "seconds"
    if given == "date":
        return "date"
    raise SeedError(fields.at("retryAfter"), "is not known", "write false, true, seconds or date")
