"""Makes the protobuf stubs of the lab again, so that CI can hold them against the checked-in ones."""

import sys
from pathlib import Path

import grpc_tools  # type: ignore[import-untyped]  # it comes without types
from grpc_tools import protoc

ROOT = Path(__file__).parents[2]
PACKAGE = Path("keyferry/lab/kubernetes/protobuf")


def generate(into: Path) -> None:
    """Write every `*_pb2.py` and `*_pb2.pyi` below `into`, which mirrors the repository; always the same bytes."""
    target = into / "src"
    target.mkdir(parents=True, exist_ok=True)
    plugin = Path(sys.executable).parent / "protoc-gen-mypy"
    files = sorted(path.name for path in (ROOT / "src" / PACKAGE).glob("*.proto"))
    arguments = [
        "protoc",
        f"--plugin=protoc-gen-mypy={plugin}",
        f"--proto_path={ROOT / 'src'}",
        f"--proto_path={Path(grpc_tools.__file__).parent / '_proto'}",
        f"--python_out={target}",
        f"--mypy_out=quiet:{target}",
        *(str(PACKAGE / name) for name in files),
    ]
    if protoc.main(arguments) != 0:
        raise RuntimeError("protoc refused the .proto files; its own words are above")


if __name__ == "__main__":
    generate(ROOT)
