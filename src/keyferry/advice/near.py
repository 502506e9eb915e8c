"""Which of the known names was probably meant: a slip, and not another name that is like it. Pure. Called by the rules.

`spec.problems.did_you_mean` is for words that are surely wrong. Here the nearness is what makes a name wrong, so only
what nobody does on purpose counts: another case, or one character too many, too few, exchanged, or swapped with its
neighbour, where it is no digit (`api-1` and `api-2` are two names).
"""

from collections.abc import Iterable


def near(word: str, known: Iterable[str]) -> str:
    """Return the first known name that differs from the word by one slip, "" for none.

    A namespace may have ten thousand names. One slip leaves one half as it is, which sorts out most of them.
    """
    folded = word.casefold()
    half = max(0, (len(folded) - 3) // 2)
    head, tail = folded[:half], folded[len(folded) - half :]
    for name in known:
        other = name.casefold()
        if (other.startswith(head) or other.endswith(tail)) and name != word and is_slip(word, name):
            return name
    return ""


def is_slip(one: str, other: str) -> bool:
    """Tell whether two names differ in case alone, or by one edit of something else than a digit."""
    if abs(len(one) - len(other)) > 1:
        return False
    if one.casefold() == other.casefold():
        return one != other
    shorter, longer = sorted((one, other), key=len)
    start = _shared(shorter, longer)
    end = _shared(shorter[start:][::-1], longer[start:][::-1])
    left, right = shorter[start : len(shorter) - end], longer[start : len(longer) - end]
    if any(character.isdigit() for character in left + right):
        return False
    return len(right) == 1 or (len(left) == 2 and left == right[::-1])


def _shared(one: str, other: str) -> int:
    """Return how many characters both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((index for index, (left, right) in pairs if left != right), min(len(one), len(other)))
