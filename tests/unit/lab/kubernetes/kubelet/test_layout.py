from keyferry.lab.kubernetes.kubelet import layout


def test_paths_are_those_of_a_real_node() -> None:
    assert layout.volume("u", "projected", "token") == "pods/u/volumes/kubernetes.io~projected/token"
    assert layout.csi_target("u", "files") == "pods/u/volumes/kubernetes.io~csi/files/mount"
    assert layout.log("u", "app") == "pods/u/app.log"
