"""Values that are filled in before a manifest is applied, as Flux and envsubst do: `${NAME}`. Pure.

What such a value will be nobody knows here, so nothing is said of it.
https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from keyferry.kube.yaml_lines import steps_of

_PLACEHOLDER: Final = re.compile(r"\$\{[A-Za-z_]\w*[^}]*\}")


def is_left_open(content: Mapping[str, Any], path: str) -> bool:
    """Tell whether what a path of a document names, or the text that it is in, has a placeholder."""
    value: Any = content
    for step in steps_of(path):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            break
    return isinstance(value, str) and _PLACEHOLDER.search(value) is not None
