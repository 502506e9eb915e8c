"""Wildcards of GJSON: `*` for any run of characters, `?` for one, `\\` before a character that means itself."""


def matches(text: bytes, pattern: bytes) -> bool:
    """Say whether the pattern fits the whole text, in time proportional to both lengths multiplied at most."""
    chars = text.decode("utf-8", "surrogateescape")
    parts = _parts(pattern.decode("utf-8", "surrogateescape"))
    if parts is None:
        return False
    position = part = 0
    star, resume = -1, 0
    while position < len(chars):
        if part < len(parts) and parts[part] == _STAR:
            star, resume = part, position
            part += 1
        elif part < len(parts) and parts[part] in {_ANY, chars[position]}:
            part += 1
            position += 1
        elif star >= 0:  # let the last star take one more
            resume += 1
            part, position = star + 1, resume
        else:
            return False
    return all(rest == _STAR for rest in parts[part:])


_STAR = "*any run*"
_ANY = "*any one*"


def _parts(pattern: str) -> list[str] | None:
    """Return one entry for each character or wildcard, None for a pattern that ends within an escape."""
    parts: list[str] = []
    chars = iter(pattern)
    for char in chars:
        if char == "\\":
            literal = next(chars, None)
            if literal is None:
                return None
            parts.append(literal)
        elif char == "*":
            parts.append(_STAR)
        else:
            parts.append(_ANY if char == "?" else char)
    return parts
