"""Who keeps a Secret already, as far as the documents tell: an ExternalSecret, or a class with secretObjects. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from keyferry.advice import parts
from keyferry.advice.documents import place
from keyferry.advice.words import quoted


class Deliverers:
    """The Secrets that documents bring about. Each comes with its folder: what leaves its namespace open goes there."""

    def __init__(self, documents: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        self._found: dict[tuple[str, str], str] = {}
        for folder, document in documents:
            who = f"{parts.text(document, 'kind')} {quoted(parts.name(document))}"
            for secret in _secrets(document):
                self._found.setdefault((place(parts.namespace(document), folder), secret), who)

    def of(self, namespace: str, folder: str, secret: str) -> str:
        """Return who keeps the Secret, "" for nobody that is known."""
        return self._found.get((place(namespace, folder), secret), "")


def _secrets(document: Mapping[str, Any]) -> Iterator[str]:
    match document.get("kind"):
        case "ExternalSecret":
            yield parts.text(document, "spec", "target", "name") or parts.name(document)
        case "SecretProviderClass":
            yield from (parts.text(each, "secretName") for _, each in parts.entries(document, "spec", "secretObjects"))
