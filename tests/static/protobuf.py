"""Makes the protobuf stubs again, so that CI can hold them against the checked-in ones."""

import sys
from pathlib import Path

import grpc_tools  # type: ignore[import-untyped]  # it comes without types
from grpc_tools import protoc

ROOT = Path(__file__).parents[2]
PACKAGES = (  # one run serves all: the compiler refuses two packages that define one name
    Path("keyferry/lab/kubernetes/protobuf"),
    Path("keyferry/lab/serve/kubelet/protobuf"),
    Path("keyferry/mount/protobuf"),
)


def generate(into: Path) -> None:
    """Write every `*_pb2.py` and `*_pb2.pyi` below `into`, which mirrors the repository; always the same bytes."""
    target = into / "src"
    target.mkdir(parents=True, exist_ok=True)
    plugin = Path(sys.executable).parent / "protoc-gen-mypy"
    sources = ROOT / "src"
    files = [str(path.relative_to(sources)) for name in PACKAGES for path in sorted((sources / name).glob("*.proto"))]
    arguments = [
        "protoc",
        f"--plugin=protoc-gen-mypy={plugin}",
        f"--proto_path={sources}",
        f"--proto_path={Path(grpc_tools.__file__).parent / '_proto'}",
        f"--python_out={target}",
        f"--mypy_out=quiet:{target}",
        *files,
    ]
    if protoc.main(arguments) != 0:
        raise RuntimeError("protoc refused the .proto files; its own words are above")


if __name__ == "__main__":
    generate(ROOT)
