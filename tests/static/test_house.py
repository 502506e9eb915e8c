"""The house rules that no linter knows: mirrors, lengths, who may reveal a value, what may not be committed."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "keyferry"
UNIT = ROOT / "tests" / "unit"
GENERATED = ("_pb2.py", "_pb2.pyi")
MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 60

# Who may take a value out of its wrapper, and where it goes from there.
REVEALED_IN = {
    "admit/certificates/held.py",  # the keys of the webhook's own certificate, into the body of its Secret
    "admit/certificates/issuing.py",  # the authority's key, to sign with
    "admit/certificates/pairs.py",  # a key, compared with its certificate
    "admit/certificates/shown.py",  # the server's key, into a private file for OpenSSL, gone at once
    "cli/chain.py",  # a ServiceAccount token's claims, which the demo shows without the token
    "identity/exchange.py",  # the ServiceAccount token, client secret or certificate, into Entra's form
    "identity/stored.py",  # a stored credential, looked at before it is sent
    "kube/credentials.py",  # into the environment of an exec plugin
    "kube/tls.py",  # a client certificate's key, into a private file for OpenSSL, gone at once
    "kube/transport.py",  # the API server's bearer token
    "mount/disk/folder.py",  # into the files of a volume
    "mount/azure/identities.py",  # a client id that stands in the Secret of nodePublishSecretRef
    "mount/copies/master_key.py",  # the key of the last good copies, into a file in memory
    "mount/copies/sealing.py",  # a value, sealed; a stored credential, into the derivation of its identity's key
    "mount/azure/tokens.py",  # the subject of kubelet's token, compared with the account it was sent for
    "mount/cluster/secret_documents.py",  # into the body of a synced Secret
    "mount/rpc/pod_tokens.py",  # the ServiceAccount tokens, for a provider in another process
    "mount/vendors/provider_messages.py",  # the Secrets of nodePublishSecretRef, for a provider in another process
    "mount/vendors/provider_requests.py",  # into the files for upstream's driver
    "sync/generators/identities.py",  # a client id and a client secret of a Secret, without white space around them
    "sync/generators/logins.py",  # a registry's login, for the Secret that asks for it
    "sync/generators/registry.py",  # a refresh token, into the form that trades it
    "sync/push/render.py",  # into a JSON object of a whole Secret, and into its template
    "sync/stores/material.py",  # a client id or tenant id that stands in a Secret
    "sync/documents.py",  # into the body of the Secret
    "sync/joining.py",  # the hash of a Secret that others write, too
    "sync/rendering/templates.py",  # a template that stands in a Secret
    "sync/rendering/entries.py",  # a property of it, its members, the Secret's data
    "vault/events/access.py",  # the shared keys of events, compared
    "vault/writing/material.py",  # into the forms that a vault takes
    "vault/forms/encodings.py",  # decoded
    "vault/forms/jwk.py",  # a public key, parsed
    "vault/forms/pem.py",  # PKCS#12 parsed, PEM parted
    "vault/forms/tls.py",  # a key pair taken apart
}


def sources() -> Iterator[Path]:
    """Every source file that a person wrote."""
    for path in sorted(SOURCE.rglob("*.py")):
        if not path.name.endswith(GENERATED):
            yield path


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Each function's name and its number of lines without its docstring."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body
            start = node.lineno
            documented = ast.get_docstring(node) is not None and len(body) > 1
            skipped = (body[0].end_lineno or 0) - body[0].lineno + 1 if documented else 0
            yield node.name, (node.end_lineno or start) - start + 1 - skipped


def committed() -> list[str]:
    """Every file that git knows, or would take."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()


def test_every_source_file_has_its_unit_test() -> None:
    wanted = {path.relative_to(SOURCE).with_name(f"test_{path.name}") for path in sources() if path.name[0] != "_"}
    found = {path.relative_to(UNIT) for path in UNIT.rglob("test_*.py")}
    assert sorted(map(str, wanted - found)) == [], "source files without a unit test"
    assert sorted(map(str, found - wanted)) == [], "unit tests without a source file"


@pytest.mark.parametrize("path", list(sources()), ids=lambda path: str(path.relative_to(SOURCE)))
def test_files_and_functions_are_short(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= MAX_FILE_LINES
    assert [(name, lines) for name, lines in functions(path) if lines > MAX_FUNCTION_LINES] == []


def test_no_drawers() -> None:
    drawers = {"utils", "util", "common", "helpers", "helper", "base", "manager", "misc"}
    assert [path for path in sources() if path.stem in drawers] == []


def test_packages_say_what_lives_in_them() -> None:
    undocumented = [path for path in SOURCE.rglob("__init__.py") if not ast.get_docstring(ast.parse(path.read_text()))]
    assert undocumented == []


def test_values_are_revealed_where_the_list_says() -> None:
    found = {
        str(path.relative_to(SOURCE))
        for path in sources()
        if re.search(r"\.reveal\(\)", path.read_text()) and path.name != "secrets.py"
    }
    assert found == REVEALED_IN


MACHINE_PATH = re.compile(r"(?<![\w.~/-])/(?:root|work|farm|home/\w+)/")
INDEX = re.compile(r"index-url[\s=]+\w|\"resolved\": \"http|@ file:///|find-links[\s=]+\w*:?/")


@pytest.mark.parametrize("pattern", [MACHINE_PATH, INDEX], ids=["machine-paths", "index-urls"])
def test_nothing_of_one_machine_is_committed(pattern: re.Pattern[str]) -> None:
    found = []
    for name in committed():
        path = ROOT / name
        if path.suffix in {".png", ".bin"} or path == Path(__file__) or not path.is_file():
            continue
        text = path.read_text(errors="replace")
        found += [f"{name}: {match.group()}" for match in pattern.finditer(text)]
    assert found == []
