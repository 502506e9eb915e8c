"""The HCL that comes with keyferry, and the chart where it is installed, read as files of a root module."""

from typing import Final

from keyferry.provision import shipped_files
from keyferry.provision.tree import Files

_HCL: Final = ".tf"


def read(*, with_chart: bool) -> Files:
    """Return the root module's own files, its modules below modules/, and the chart below helm/keyferry if wanted."""
    root = shipped_files.below("terraform/root", _HCL)
    modules = shipped_files.below("terraform/modules", _HCL)
    chart = shipped_files.below("helm/keyferry") if with_chart else {}
    return {
        **root,
        **{f"modules/{path}": content for path, content in modules.items()},
        **{f"helm/keyferry/{path}": content for path, content in chart.items()},
    }
