"""A command with the flags that upstream's deployments carry beside its own, in the forms that upstream takes."""

from collections.abc import Callable
from typing import Any, ClassVar

import structlog
import typer
from typer.core import TyperCommand
from typer.main import get_command

from keyferry.cli import upstream_forms
from keyferry.cli.upstream_forms import Dialect

_LOG = structlog.get_logger(__name__)


class UpstreamCommand(TyperCommand):
    """A command that finds upstream's options in `typer.Context.obj`."""

    dialect: ClassVar[Dialect]
    options: ClassVar[Callable[..., Any]]

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        alone = typer.Typer(add_completion=False)
        alone.command()(type(self).options)
        self._upstream: Any = get_command(alone)
        self.params = [*self.params, *self._upstream.params]

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments, and say which of upstream's have no effect. SpecError for those that are refused."""
        switches: dict[str, str] = {}
        for option in self.params:
            for flag, opposite in zip(option.opts, option.secondary_opts, strict=False):
                switches |= {flag: opposite, opposite: flag}
        found = upstream_forms.understood(args, switches, self.dialect)
        for flag, reason in found.without_effect:
            _LOG.warning("flag.without_effect", flag=flag, reason=reason)
        return super().parse_args(ctx, list(found.arguments))

    def invoke(self, ctx: Any) -> Any:
        """Run the command, with upstream's options as the context's object."""
        upstream = {option.name: ctx.params.pop(option.name) for option in self._upstream.params}
        ctx.obj = self._upstream.callback(**upstream)
        return super().invoke(ctx)
