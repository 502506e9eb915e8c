"""Object ids of people, groups and applications in Entra, as lists of an estate have them. Called by other parts."""

from typing import Final

from keyferry.spec.estate.drafts import Draft, Notes

NOBODY: Final = "00000000-0000-0000-0000-000000000000"


def read(draft: Draft, field: str, notes: Notes) -> tuple[str, ...]:
    """Return the ids of a list in lower case, each once; note those that are nobody's or there twice."""
    found: dict[str, None] = {}
    for index, written in enumerate(draft.texts(field)):
        each, place = written.lower(), f"{field}[{index}]"
        if each == NOBODY:
            notes.add(draft, place, "is nobody's id", "copy the object id from Entra, or remove it")
        elif each in found:
            notes.add(draft, place, "is there twice", "remove one of them")
        found[each] = None
    return tuple(found)
