"""Long names of Unicode's classes in patterns, as Go reads them since 1.25 and RE2 does not: `\\p{Letter}` is `\\p{L}`.

Names of categories and scripts are found in any case, with or without spaces, hyphens and underscores. Source:
https://go.dev/doc/go1.25#regexpsyntaxpkgregexpsyntax; https://www.unicode.org/reports/tr44/#General_Category_Values.
"""

import re
from typing import Final

_NAMED: Final = re.compile(rb"\\Q.*?(?:\\E|\Z)|(\\[pP]\{\^?)([A-Za-z _-]+)\}|\\.", re.DOTALL)
_SEPARATORS: Final = b" _-"
_CATEGORIES: Final = {
    b"L": "letter",
    b"Lu": "uppercaseletter",
    b"Ll": "lowercaseletter",
    b"Lt": "titlecaseletter",
    b"Lm": "modifierletter",
    b"Lo": "otherletter",
    b"M": "mark combiningmark",
    b"Mn": "nonspacingmark",
    b"Mc": "spacingmark",
    b"Me": "enclosingmark",
    b"N": "number",
    b"Nd": "decimalnumber digit",
    b"Nl": "letternumber",
    b"No": "othernumber",
    b"P": "punctuation punct",
    b"Pc": "connectorpunctuation",
    b"Pd": "dashpunctuation",
    b"Ps": "openpunctuation",
    b"Pe": "closepunctuation",
    b"Pi": "initialpunctuation",
    b"Pf": "finalpunctuation",
    b"Po": "otherpunctuation",
    b"S": "symbol",
    b"Sm": "mathsymbol",
    b"Sc": "currencysymbol",
    b"Sk": "modifiersymbol",
    b"So": "othersymbol",
    b"Z": "separator",
    b"Zs": "spaceseparator",
    b"Zl": "lineseparator",
    b"Zp": "paragraphseparator",
    b"C": "other",
    b"Cc": "control cntrl",
    b"Cf": "format",
    b"Co": "privateuse",
}
_SHORT: Final = {
    name: short for short, names in _CATEGORIES.items() for name in (*names.encode().split(), short.lower())
}


def shortened(pattern: bytes) -> bytes:
    """Return a pattern with the names of classes as RE2 knows them."""
    return _NAMED.sub(_short, pattern) if b"{" in pattern else pattern


def _short(token: re.Match[bytes]) -> bytes:
    if not token[1]:
        return token[0]
    words = token[2].translate(bytes.maketrans(_SEPARATORS, b"___"))
    return token[1] + _SHORT.get(words.replace(b"_", b"").lower(), words.title()) + b"}"
