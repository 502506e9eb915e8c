"""Values of other Go types that JSON and YAML can hold."""

from keyferry.template.values import Opaque, Value


class Marshaller(Opaque):
    """An opaque value that says how JSON and YAML write it."""

    __slots__ = ()

    def plain(self) -> Value:
        """Return the string, list or map that stands for the value; `function.Fault` where none can."""
        raise NotImplementedError
