"""The kinds that the node plugin watches and writes, as the API server names them. Pure."""

from typing import Final

from keyferry.kube.wire.resources import Resource
from keyferry.model.wellknown import SECRETS_STORE_GROUP, SECRETS_STORE_VERSION

CLASSES: Final = Resource(
    group=SECRETS_STORE_GROUP,
    version=SECRETS_STORE_VERSION,
    plural="secretproviderclasses",
    kind="SecretProviderClass",
)
POD_STATUSES: Final = Resource(
    group=SECRETS_STORE_GROUP,
    version=SECRETS_STORE_VERSION,
    plural="secretproviderclasspodstatuses",
    kind="SecretProviderClassPodStatus",
)
