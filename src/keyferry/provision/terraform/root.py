"""The root module of an estate, whole: the HCL that is the same for every estate, its inputs, and where its state is.

Pure; what is shipped comes as values, from `shipped_hcl`.
"""

from typing import Final

from keyferry.provision.terraform import inputs
from keyferry.provision.tree import Files
from keyferry.spec.estate.estate import Backend, Estate

FOLDER: Final = "terraform"
CHART: Final = "./helm/keyferry"  # what `install.chart` says of the chart that is shipped, seen from the root module

_BACKEND_FILE: Final = f"{FOLDER}/backend.tf"
_IGNORED_FILE: Final = f"{FOLDER}/.gitignore"
_IGNORED: Final = b"""\
# What Terraform leaves here. The rest, .terraform.lock.hcl too, is for version control.
.terraform/
*.log
*.tfplan
*.tfstate
*.tfstate.*
"""


def files(estate: Estate, shipped: Files) -> Files:
    """Return every file of the root module. `shipped` are paths as in the module's own folder."""
    static = {f"{FOLDER}/{path}": content for path, content in shipped.items()}
    backend = {} if estate.backend is None else {_BACKEND_FILE: _backend(estate.backend)}
    return {**static, _IGNORED_FILE: _IGNORED, **backend, **inputs.files(estate)}


def takes_shipped_chart(estate: Estate) -> bool:
    """Whether the chart is installed from a copy beside the root module."""
    return estate.install is not None and estate.install.chart == CHART


def _backend(backend: Backend) -> bytes:
    width = max(map(len, backend.settings), default=0)
    settings = [f"    {name:<{width}} = {_quoted(value)}" for name, value in sorted(backend.settings.items())]
    block = (
        [f"  backend {_quoted(backend.type)} {{", *settings, "  }"]
        if settings
        else [f"  backend {_quoted(backend.type)} {{}}"]
    )
    return "\n".join(["terraform {", *block, "}", ""]).encode()


def _quoted(text: str) -> str:
    """Write a literal: nothing in it is a template. https://developer.hashicorp.com/terraform/language/expressions/strings"""
    escaped = (
        text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    )
    return '"' + escaped.replace("${", "$${").replace("%{", "%%{") + '"'
