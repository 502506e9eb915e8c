"""Names of Kubernetes' objects, and of what applications see, as an estate may have them.

https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
"""

from typing import Final

from keyferry.spec.estate.naming import Naming

_SUBDOMAIN: Final = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"
_LABEL: Final = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"
_LABEL_FORM: Final = "lower-case letters, digits and -, a letter or digit first and last, at most"

ESTATE: Final = Naming(
    of="the name of an estate",
    pattern="^[a-z]([-a-z0-9]*[a-z0-9])?$",
    alphabet="a-z0-9-",
    least=1,
    most=24,
    form="lower-case letters, digits and -, a letter first, a letter or digit last, at most 24",
)
SITE: Final = Naming(
    of="the name of a site", pattern=_LABEL, alphabet="a-z0-9-", least=1, most=63, form=f"{_LABEL_FORM} 63"
)
NAMESPACE: Final = Naming(
    of="the name of a namespace", pattern=_LABEL, alphabet="a-z0-9-", least=1, most=63, form=f"{_LABEL_FORM} 63"
)
OBJECT: Final = Naming(
    of="the name of an object",
    pattern=_SUBDOMAIN,
    alphabet="a-z0-9.-",
    least=1,
    most=253,
    form="lower-case letters, digits, - and ., a letter or digit first and last, at most 253",
)
