"""URLs as maps of their parts, and back."""

from typing import Final

from keyferry.template.functions import costs
from keyferry.template.functions.function import Fault, Function, Surroundings, named
from keyferry.template.functions.references import url_parsing
from keyferry.template.functions.references.url_parsing import Url
from keyferry.template.values import DICT, STRING, Map, Value

_LONGEST_ESCAPE: Final = 3  # %FF for one byte


@named("urlParse", STRING, knows_world=True)
def _url_parse(world: Surroundings, text: bytes) -> Value:
    costs.characters(world, text)
    url = url_parsing.parse(text)
    return Map(
        {
            b"scheme": url.scheme,
            b"host": url.host,
            b"hostname": url.hostname,
            b"path": url.path,
            b"query": url.query,
            b"opaque": url.opaque,
            b"fragment": url.fragment,
            b"userinfo": url.userinfo or b"",
        }
    )


@named("urlJoin", DICT, knows_world=True)
def _url_join(world: Surroundings, parts: Map | None) -> bytes:
    """Write a URL of the parts that urlParse gives; `hostname` is not looked at."""
    entries = {} if parts is None else parts.items
    costs.text(world, sum(len(each) * _LONGEST_ESCAPE for each in entries.values() if isinstance(each, bytes)))
    userinfo = _string(entries, b"userinfo")
    return Url(
        scheme=_string(entries, b"scheme"),
        host=_string(entries, b"host"),
        path=_string(entries, b"path"),
        query=_string(entries, b"query"),
        opaque=_string(entries, b"opaque"),
        fragment=_string(entries, b"fragment"),
        userinfo=url_parsing.parse(b"proto://%b@host" % userinfo).userinfo if userinfo else None,
    ).text()


def _string(entries: dict[bytes, Value], key: bytes) -> bytes:
    value = entries.get(key, b"")
    if not isinstance(value, bytes):
        raise Fault(f"the {key.decode()} of a URL must be a string")
    return value


FUNCTIONS: Final[tuple[Function, ...]] = (_url_parse, _url_join)
