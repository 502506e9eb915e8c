"""Where volumes may lie."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.model.errors import SpecError
from keyferry.mount.disk.targets import Targets, where

ROOT = "/var/lib/kubelet"
POD = "pods/6d5a7f9e-8a37-4a3a-9d5f-0c8f6f4f2a11"
GOOD = f"{POD}/volumes/kubernetes.io~csi/secrets/mount"


@pytest.mark.parametrize("root", [ROOT, ROOT + "/"])
def test_kubelets_form_is_taken_apart(root: str) -> None:
    assert Targets(root=root).names(f"{ROOT}/{GOOD}") == tuple(GOOD.split("/"))


@pytest.mark.parametrize("path", ["csi/target", "x"])
def test_any_folder_below_the_root_where_that_is_allowed(path: str) -> None:
    assert Targets(root=ROOT, any_form=True).names(f"{ROOT}/{path}") == tuple(path.split("/"))


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("", id="empty"),
        pytest.param(ROOT, id="the-root-itself"),
        pytest.param(ROOT + "/", id="nothing-below"),
        pytest.param("/etc/passwd", id="elsewhere"),
        pytest.param("/var/lib/kubelet2/" + GOOD, id="a-neighbour"),
        pytest.param(GOOD, id="relative"),
        pytest.param(f"{ROOT}/{GOOD}/", id="slash-at-the-end"),
        pytest.param(f"{ROOT}//{GOOD}", id="two-slashes"),
        pytest.param(f"{ROOT}/./{GOOD}", id="dot"),
        pytest.param(f"{ROOT}/{POD}/volumes/kubernetes.io~csi/../kubernetes.io~csi/secrets/mount", id="dots"),
        pytest.param(f"{ROOT}/{POD}/volumes/kubernetes.io~csi/../mount", id="dots-for-a-volume"),
        pytest.param(f"{ROOT}/pods/../volumes/kubernetes.io~csi/secrets/mount", id="dots-for-a-pod"),
        pytest.param(f"{ROOT}/{POD}/volumes/kubernetes.io~secret/secrets/mount", id="another-plugin"),
        pytest.param(f"{ROOT}/{POD}/volumes/kubernetes.io~csi/secrets", id="the-volumes-folder"),
        pytest.param(f"{ROOT}/{GOOD}/deeper", id="within-a-volume"),
        pytest.param(f"{ROOT}/{GOOD}\n", id="newline"),
        pytest.param(f"{ROOT}/{POD}/volumes/kubernetes.io~csi/a\x00b/mount", id="zero-byte"),
        pytest.param(f"{ROOT}/{POD}/volumes/kubernetes.io~csi/{'a' * 254}/mount", id="long-name"),
        pytest.param(f"{ROOT}/{POD}/volumes/kubernetes.io~csi/{'ä' * 200}/mount", id="long-name-in-bytes"),
        pytest.param(f"{ROOT}/{'a/' * 2100}mount", id="long-path"),
    ],
)
def test_everything_else_is_refused(path: str) -> None:
    with pytest.raises(SpecError) as caught:
        Targets(root=ROOT).names(path)
    assert "\n" not in str(caught.value)


@given(path=st.text(max_size=200), any_form=st.booleans())
def test_no_path_leads_out(path: str, any_form: bool) -> None:
    targets = Targets(root=ROOT, any_form=any_form)
    try:
        names = targets.names(f"{ROOT}/{path}")
    except SpecError:
        return
    assert not {"", ".", ".."} & set(names)
    assert f"{ROOT}/" + "/".join(names) == f"{ROOT}/{path}"


def test_a_long_path_is_shown_short() -> None:
    assert len(where("/x" * 1000).name) == 256
