"""When a version is said to be near its end: 30 days before, unless a policy of its object says otherwise.

https://learn.microsoft.com/azure/event-grid/event-schema-key-vault
https://learn.microsoft.com/azure/key-vault/keys/how-to-configure-key-rotation#configure-key-near-expiry-notification
"""

from typing import Final

from keyferry.lab.azure.keyvault.keys import durations
from keyferry.lab.azure.keyvault.news import News
from keyferry.lab.azure.keyvault.objects import Objects

DAY: Final = 86_400
USUAL: Final = 30 * DAY  # of secrets, and what a key's policy says when nobody wrote one


def nearing(objects: Objects, news: News, expires: int) -> int:
    """Return the instant of the warning for a version that ends at `expires`, both in unix seconds."""
    if news.kind == "Certificate":
        return _of_certificate(objects, news, expires)
    if news.kind == "Key":
        return _of_key(objects, news, expires)
    return expires - USUAL


def _of_certificate(objects: Objects, news: News, expires: int) -> int:
    """A certificate follows its lifetime action, of which there is one."""
    certificate = objects.certificates.live.get(news.name.lower())
    for action in certificate.policy.lifetime_actions if certificate is not None else ():
        if action.days_before_expiry is not None:
            return expires - action.days_before_expiry * DAY
        start = int(news.at.timestamp()) if news.not_before is None else news.not_before
        return start + (expires - start) * (action.lifetime_percentage or 100) // 100
    return expires - USUAL


def _of_key(objects: Objects, news: News, expires: int) -> int:
    """A key follows the notification of its rotation policy; the key of a certificate has none."""
    key = objects.keys.live.get(news.name.lower())
    for action in key.rotation.actions if key is not None else ():
        if action.kind == "Notify" and action.before_expiry:
            return durations.before(expires, action.before_expiry)
    return expires - USUAL
