"""Providers that are no providers: real Terraform asks them, they know the real schemas, and nothing is made anywhere.

A gRPC server for each provider on a unix socket, which Terraform finds by TF_REATTACH_PROVIDERS, so no registry is
asked and nothing is installed. https://developer.hashicorp.com/terraform/plugin/debugging
"""

import json
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import grpc
import msgspec

from tests.fakes.terraform_cloud import SENSITIVE, TYPES, Cloud
from tests.fakes.terraform_facts import Argument, Block, Kind, Provider, providers

_PROTO: Final = "tests/fakes/terraform_plugin.proto"
_LIST: Final = 2  # NestingMode
_TYPES: Final[Mapping[str, Any]] = {"list": ["list", "string"], "map": ["map", "string"]}

# How providers themselves are configured, which the facts do not tell.
_CONFIGURATION: Final = {
    "azurerm": Block(
        arguments={name: Argument(type="string") for name in ("environment", "tenant_id", "subscription_id")},
        blocks={
            "features": Block(
                blocks={
                    "key_vault": Block(
                        arguments={
                            "purge_soft_delete_on_destroy": Argument(type="bool"),
                            "recover_soft_deleted_key_vaults": Argument(type="bool"),
                        }
                    ),
                    "log_analytics_workspace": Block(
                        arguments={"permanently_delete_on_destroy": Argument(type="bool")}
                    ),
                }
            )
        },
    ),
    "helm": Block(arguments={"kubernetes": Argument(type="dynamic")}),
    "time": Block(),
}


@contextmanager
def serving(cloud: Cloud, folder: Path) -> Iterator[str]:
    """Serve all providers from sockets in `folder`, which must have a short name; yield TF_REATTACH_PROVIDERS."""
    messages, services = grpc.protos_and_services(_PROTO)
    pool = ThreadPoolExecutor(max_workers=16)
    servers = []
    attached = {}
    for provider in providers().values():
        server = grpc.server(pool)
        services.add_ProviderServicer_to_server(_Servicer(provider, cloud, messages), server)
        socket = folder / f"{provider.name}.sock"
        server.add_insecure_port(f"unix:{socket}")
        server.start()
        servers.append(server)
        attached[provider.source] = {
            "Protocol": "grpc",
            "ProtocolVersion": 6,
            "Pid": os.getpid(),
            "Test": True,  # who attaches does not end us
            "Addr": {"Network": "unix", "String": str(socket)},
        }
    try:
        yield json.dumps(attached)
    finally:
        for server in servers:
            server.stop(None).wait()
        pool.shutdown()


class _Servicer:
    """One provider; the methods are those of the service in terraform_plugin.proto."""

    def __init__(self, provider: Provider, cloud: Cloud, messages: Any) -> None:
        self._provider = provider
        self._cloud = cloud
        self._messages = messages

    def GetProviderSchema(self, request: Any, context: Any) -> Any:  # noqa: N802  (as the service has it)
        kinds = self._provider.kinds
        schemas = {name: self._schema(kind) for name, kind in kinds.items()}
        answer = self._messages.Schemas(provider=self._wrapped(_CONFIGURATION[self._provider.name]))
        for name, schema in schemas.items():
            target = answer.data_source_schemas if name.startswith("data.") else answer.resource_schemas
            target[name.removeprefix("data.")].CopyFrom(schema)
        return answer

    def ValidateProviderConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        return self._messages.ProviderConfigAnswer()

    def ConfigureProvider(self, request: Any, context: Any) -> Any:  # noqa: N802
        return self._messages.Answer()

    def ValidateResourceConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        return self._messages.Answer()

    def ValidateDataResourceConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        return self._messages.Answer()

    def UpgradeResourceState(self, request: Any, context: Any) -> Any:  # noqa: N802
        return self._messages.UpgradedState(upgraded_state=self._messages.DynamicValue(json=request.raw_state.json))

    def ReadResource(self, request: Any, context: Any) -> Any:  # noqa: N802
        return self._messages.Read(new_state=request.current_state)

    def PlanResourceChange(self, request: Any, context: Any) -> Any:  # noqa: N802
        kind = self._provider.kinds[request.type_name]
        prior, proposed = _decoded(request.prior_state), _decoded(request.proposed_new_state)
        if proposed is None:
            return self._messages.Planned(planned_state=request.proposed_new_state)
        planned = self._messages.Planned(planned_state=self._encoded(self._cloud.plan(kind, prior, proposed)))
        for name in [] if prior is None else self._cloud.replaced_by(prior, proposed):
            planned.requires_replace.add().steps.add(attribute_name=name)
        return planned

    def ApplyResourceChange(self, request: Any, context: Any) -> Any:  # noqa: N802
        kind = self._provider.kinds[request.type_name]
        planned = _decoded(request.planned_state)
        made = None if planned is None else self._cloud.apply(kind, planned)
        return self._messages.Applied(new_state=self._encoded(made))

    def ReadDataSource(self, request: Any, context: Any) -> Any:  # noqa: N802
        asked = _decoded(request.config) or {}
        found = self._cloud.find(self._provider.kinds[f"data.{request.type_name}"], asked)
        return self._messages.DataRead(state=self._encoded(found))

    def StopProvider(self, request: Any, context: Any) -> Any:  # noqa: N802
        return self._messages.Stopped()

    def _encoded(self, value: Any) -> Any:
        return self._messages.DynamicValue(msgpack=msgspec.msgpack.encode(value))

    def _schema(self, kind: Kind) -> Any:
        schema = self._wrapped(kind.body)
        named = {attribute.name: attribute for attribute in schema.block.attributes}
        for name in sorted(kind.computed | {"id"}):
            attribute = named.get(name) or schema.block.attributes.add(name=name, type=_type(TYPES.get(name, "string")))
            attribute.computed = True
            attribute.sensitive = name in SENSITIVE
        return schema

    def _wrapped(self, block: Block) -> Any:
        return self._messages.Schema(block=self._block(block))

    def _block(self, block: Block) -> Any:
        made = self._messages.Schema.Block()
        for name, argument in block.arguments.items():
            made.attributes.add(
                name=name,
                type=_type(_TYPES.get(argument.type, argument.type)),
                required=argument.is_required,
                optional=not argument.is_required,
            )
        for name, nested in block.blocks.items():
            made.block_types.add(
                type_name=name,
                block=self._block(nested),
                nesting=_LIST,
                min_items=int(nested.is_required),
                max_items=0 if nested.is_list else 1,
            )
        return made


def _type(of: Any) -> bytes:
    return json.dumps(of).encode()


def _decoded(value: Any) -> dict[str, Any] | None:
    found: dict[str, Any] | None = msgspec.msgpack.decode(value.msgpack)
    return found
