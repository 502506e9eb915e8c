"""The seed file of a lab: YAML that says what exists in Azure when it starts for the first time."""

from pathlib import Path

import yaml

from keyferry.lab.azure.seed import Seed, SeedError, parse


def read_seed(path: Path) -> Seed:
    """Read and check a seed file. SeedError says what is wrong where, also when it cannot be read at all."""
    try:
        document = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
    except OSError as refusal:
        raise SeedError("", f"{path} cannot be read: {refusal.strerror}", "name a seed file with --seed") from refusal
    except yaml.YAMLError as refusal:
        mark = getattr(refusal, "problem_mark", None)
        line = f" at line {mark.line + 1}" if mark is not None else ""
        raise SeedError("", f"{path} is not YAML{line}", "mend its syntax") from None
    return parse(document)
