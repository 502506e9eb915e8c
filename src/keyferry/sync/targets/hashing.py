"""The data hash of a target of another kind: over its `spec`, or over its `data` where it has none. Pure.

As upstream: SHA3-224 in hex of what Go prints for the part with `%+v`.
"""

import hashlib

from keyferry.sync.targets.state import Fields
from keyferry.template.printing.floats import format_float
from keyferry.template.yaml.reading import Json


def data_hash(fields: Fields) -> str:
    """Return the value of the annotation; that of an empty part where there is neither."""
    part = fields["spec"] if "spec" in fields else fields.get("data") or {}
    return hashlib.sha3_224(_text(part).encode(errors="surrogatepass")).hexdigest()


def _text(value: Json) -> str:
    match value:
        case None:
            return "<nil>"
        case bool():
            return "true" if value else "false"
        case float():
            return format_float(value, "g")
        case list():
            return f"[{' '.join(map(_text, value))}]"
        case dict():
            entries = sorted(value.items(), key=lambda entry: entry[0].encode(errors="surrogatepass"))
            return f"map[{' '.join(f'{key}:{_text(member)}' for key, member in entries)}]"
        case _:
            return str(value)
