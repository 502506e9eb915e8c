"""Why a text is no YAML of the shape that was wanted."""


class YamlError(Exception):
    """A text that cannot be read. The words are Go's, for a template that prints `.Error`: they may quote the text.

    So they never go into an error that people see; `line` may, which counts from 1 and is 0 where there is none.
    """

    def __init__(self, words: str, *, line: int = 0) -> None:
        super().__init__(words)
        self.words = words
        self.line = line


def broken(words: str, *, line: int = 0) -> YamlError:
    """Return the error of a text that is no YAML, or has no meaning in JSON."""
    where = f"line {line}: " if line else ""
    return YamlError(f"error converting YAML to JSON: yaml: {where}{words}", line=line)


def unfit(words: str) -> YamlError:
    """Return the error of a value that JSON cannot say."""
    return YamlError(f"error converting YAML to JSON: {words}")


def misshapen(kind: str, wanted: str) -> YamlError:
    """Return the error of a value of one kind, such as `array`, where the Go type `wanted` was to be filled."""
    return YamlError(
        f"error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {kind} into Go value of type {wanted}"
    )
