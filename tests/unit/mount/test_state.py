from keyferry.model.identity import ServiceAccountRef
from keyferry.model.secrets import SecretValue
from keyferry.mount.state import MountedFile, PodRef


def test_a_pod_speaks_as_its_service_account() -> None:
    pod = PodRef(namespace="app", name="web", uid="u", service_account="web-sa")
    assert pod.account == ServiceAccountRef(namespace="app", name="web-sa")
    assert str(pod) == "app/web"


def test_a_file_never_shows_its_content() -> None:
    assert "hunter2" not in repr(MountedFile(path="p", mode=0o644, content=SecretValue(b"hunter2")))
