from pathlib import Path

import pytest

from keyferry.model.errors import SpecError, Unavailable
from keyferry.mount.protobuf import plugin_registration_pb2 as messages
from keyferry.mount.rpc.registration import Registered, Registration
from tests.fakes.unix_sockets import client_of, short_folder

REGISTERED = Registered(driver_name="secrets-store.csi.k8s.io", endpoint="/var/lib/kubelet/plugins/kf/csi.sock")


async def notify(path: Path, *, registered: bool, error: str = "") -> None:
    async with client_of(path) as client:
        await client.call(
            "/pluginregistration.Registration/NotifyRegistrationStatus",
            messages.RegistrationStatus(plugin_registered=registered, error=error),
            messages.RegistrationStatusResponse,
        )


async def test_tells_kubelet_where_the_driver_is() -> None:
    refusals: list[Unavailable] = []
    with short_folder() as folder:
        registration = Registration(folder, REGISTERED, refusals.append)
        await registration.open()
        path = folder / "secrets-store.csi.k8s.io-reg.sock"
        async with client_of(path) as client:
            info = await client.call(
                "/pluginregistration.Registration/GetInfo", messages.InfoRequest(), messages.PluginInfo
            )
        assert (info.type, info.name, info.endpoint) == ("CSIPlugin", *_fields())
        assert list(info.supported_versions) == ["1.0.0"]
        assert "not registered" in registration.missing()
        await notify(path, registered=True)
        assert registration.missing() == ""
        await registration.close()
        assert not path.exists()
    assert refusals == []


def _fields() -> tuple[str, str]:
    return REGISTERED.driver_name, REGISTERED.endpoint


async def test_a_refusal_is_told_to_the_process() -> None:
    refusals: list[Unavailable] = []
    with short_folder() as folder:
        registration = Registration(folder, REGISTERED, refusals.append)
        await registration.open()
        await notify(folder / "secrets-store.csi.k8s.io-reg.sock", registered=False, error="x" * 5000)
        assert "not registered" in registration.missing()
        await registration.close()
    assert [str(refusal)[:60] for refusal in refusals] == [
        "kubelet does not register secrets-store.csi.k8s.io: xxxxxxxx"
    ]
    assert len(str(refusals[0])) < 500


def test_a_folder_that_is_too_deep_is_refused_at_once() -> None:
    with pytest.raises(SpecError, match="at most 107 bytes"):
        Registration(Path("/" + "x" * 100), REGISTERED, lambda _: None)
