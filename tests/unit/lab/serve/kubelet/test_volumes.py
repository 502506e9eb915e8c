from keyferry.lab.serve.kubelet.volumes import VolumeFailed


def test_a_failure_says_why() -> None:
    assert str(VolumeFailed("no driver")) == "no driver"
