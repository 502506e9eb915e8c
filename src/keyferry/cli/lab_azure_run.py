"""Runs the lab's Azure for `keyferry lab azure`. It imports nothing of the lab's cluster."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from keyferry.cli import examples
from keyferry.cli.lab_complaints import translated
from keyferry.lab.serve import issuers
from keyferry.lab.serve.azure_lab import AzureLab
from keyferry.lab.serve.issuers import Entry, IssuerMapError
from keyferry.lab.serve.options import Options, Ports
from keyferry.lab.serve.seed_file import read_seed
from keyferry.model.errors import SpecError
from keyferry.runtime.stopping import stop_signal


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the flags of `keyferry lab azure` say."""

    seed: Path | None
    folder: Path
    state: Path | None = None
    bind: str = "127.0.0.1"
    azure_port: int = 0
    proxy_port: int = 0
    imds_port: int = 0
    issuer_ca: tuple[Path, ...] = ()
    issuer_map: tuple[str, ...] = ()
    endpoint_ca: tuple[Path, ...] = ()
    endpoint_map: tuple[str, ...] = ()
    ca_file: Path | None = None
    audit_file: Path | None = None


async def run(wanted: Wanted) -> None:
    """Run until SIGTERM or SIGINT. SpecError when the seed or a flag is wrong, or a port or the folder is taken."""
    console = Console(highlight=False, soft_wrap=True)
    with translated(), stop_signal() as stop:
        async with open_lab(wanted) as lab:
            _tell(lab, console)
            looking = asyncio.create_task(_look_at_issuers(lab, console))
            await stop.wait()
            looking.cancel()
            await asyncio.wait([looking])
    console.print("the lab has stopped")


def open_lab(wanted: Wanted) -> AzureLab:
    """Return the lab that the flags describe; it is not started yet."""
    options = Options(
        ports=Ports(azure=wanted.azure_port, proxy=wanted.proxy_port, imds=wanted.imds_port),
        bind=wanted.bind,
        issuers=tuple(issuers.parse(text) for text in wanted.issuer_map),
        issuer_ca="\n".join(_read(path, "--issuer-ca") for path in wanted.issuer_ca),
        endpoints=tuple(_endpoint(text) for text in wanted.endpoint_map),
        endpoint_ca="\n".join(_read(path, "--endpoint-ca") for path in wanted.endpoint_ca),
        ca_file=wanted.ca_file,
        audit_file=wanted.audit_file,
        state=wanted.state,
    )
    return AzureLab(read_seed(wanted.seed or examples.find("lab.yaml")), wanted.folder, options)


def _endpoint(text: str) -> Entry:
    try:
        return issuers.parse(text)
    except IssuerMapError as error:
        raise SpecError(what=f"--endpoint-map cannot be followed: {error}", remedy=error.remedy) from None


def _read(path: Path, flag: str) -> str:
    remedy = f"name a file with the CA in PEM with {flag}"
    try:
        text = path.read_text()
    except (OSError, UnicodeDecodeError) as refusal:
        raise SpecError(what=f"{path} cannot be read", cause=type(refusal).__name__, remedy=remedy) from None
    if "-----BEGIN CERTIFICATE-----" not in text:
        raise SpecError(what=f"{path} holds no certificate in PEM", remedy=remedy)
    return text


def _tell(lab: AzureLab, console: Console) -> None:
    if not lab.options.is_loopback:
        console.print(
            "[bold yellow]warning:[/] Azure, the proxy and the metadata endpoint listen on "
            f"{escape(lab.options.bind)}: whoever reaches that address can use this lab, and its machine's "
            "identities too. Put no real secret into it"
        )
    if lab.resumes:
        console.print(f"going on from {escape(str(lab.options.state))}; what the seed says does not count any more")
    folder = "" if lab.folder == Path.cwd() / ".keyferry-lab" else f" --dir {lab.folder}"
    console.print(
        "the lab's Azure runs; in another terminal:\n"
        f'  eval "$(keyferry lab azure --print-env{escape(folder)})"\n'
        f"proxy {lab.environment['HTTPS_PROXY']}, Azure itself {lab.azure_address}, its CA {lab.folder / 'ca.pem'}",
    )


async def _look_at_issuers(lab: AzureLab, console: Console) -> None:
    """Tell once whether Entra can read what the issuers publish. It may take a while, and nobody waits for it."""
    for issuer, problem in (await lab.issuer_problems()).items():
        found = f"[bold yellow]warning:[/] issuer {escape(issuer)} {escape(problem)}"
        console.print(found if problem else f"issuer {escape(issuer)} answers")
