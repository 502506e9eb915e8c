"""All functions by their names: Go's builtins, sprig's and External Secrets' own. `and` and `or` are the language's."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from keyferry.template.functions import builtins, comparison, flow, yaml_text
from keyferry.template.functions.arithmetic import casts, decimals, integers, rounding, sequences
from keyferry.template.functions.containers import (
    copies,
    dicts,
    emptiness,
    equality,
    json_functions,
    kinds,
    list_filters,
    list_making,
    list_parts,
    merging,
)
from keyferry.template.functions.crypto import offered
from keyferry.template.functions.function import Function
from keyferry.template.functions.patterns import regex_functions
from keyferry.template.functions.references import paths, url_functions
from keyferry.template.functions.text import (
    checksums,
    encodings,
    letter_case,
    quoting,
    randomness,
    searching,
    shaping,
    shortening,
    splitting,
    strval,
    trimming,
    word_case,
)
from keyferry.template.functions.times import date_functions
from keyferry.template.functions.versions import semver_functions


@cache
def functions() -> Mapping[str, Function]:
    """Return the functions; where two modules name the same one, the later wins, as sprig's do over Go's."""
    modules = (
        builtins,
        comparison,
        flow,
        casts,
        decimals,
        integers,
        rounding,
        sequences,
        copies,
        dicts,
        emptiness,
        equality,
        json_functions,
        kinds,
        list_filters,
        list_making,
        list_parts,
        merging,
        regex_functions,
        paths,
        url_functions,
        checksums,
        encodings,
        letter_case,
        quoting,
        randomness,
        searching,
        shaping,
        shortening,
        splitting,
        strval,
        trimming,
        word_case,
        date_functions,
        semver_functions,
        yaml_text,
        offered,
    )
    return MappingProxyType({each.name: each for module in modules for each in module.FUNCTIONS})
