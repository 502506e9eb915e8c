"""The data of a Secret that others write, too: their keys stay, ours are brought up to date. Pure."""

from collections.abc import Mapping

from keyferry.model.secrets import SecretValue
from keyferry.spec import hashes
from keyferry.sync.state import LiveSecret, ManagedFields, Rendered


def joined(there: LiveSecret, rendered: Rendered) -> tuple[Mapping[str, SecretValue], str]:
    """Return the data whole and its hash. A key is ours when `managedFields` say so; of a clash, ours wins."""
    ours = (there.managed or ManagedFields()).keys
    foreign = {key: value for key, value in there.values.items() if key not in ours}
    data = {**foreign, **rendered.data}
    return data, hashes.data_hash({key: value.reveal() for key, value in data.items()})
