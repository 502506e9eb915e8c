"""kubectl writes: create, apply in both ways, patch, edit's patch, label, diff, delete."""

import pytest

from tests.contract.kubernetes.conftest import FERRY, Kubectl

CONFIG_MAP = """
apiVersion: v1
kind: ConfigMap
metadata: {name: timetable}
data: {monday: "08:00"}
"""


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        pytest.param("create namespace harbour", "namespace/harbour created", id="namespace"),
        pytest.param("create secret generic pin --from-literal=a=b", "secret/pin created", id="secret"),
        pytest.param("create serviceaccount mate", "serviceaccount/mate created", id="serviceaccount"),
        pytest.param("create configmap map --from-literal=a=b", "configmap/map created", id="configmap"),
        pytest.param("create deployment web --image=nginx", "deployment.apps/web created", id="deployment"),
        pytest.param("run box --image=nginx:1", "pod/box created", id="pod"),
        pytest.param(
            "create role r --verb=get --resource=secrets", "role.rbac.authorization.k8s.io/r created", id="role"
        ),
        pytest.param("create namespace dry --dry-run=server", "namespace/dry created (server dry run)", id="dry-run"),
    ],
)
async def test_creates(kubectl: Kubectl, command: str, shown: str) -> None:
    assert (await kubectl(command)).strip() == shown


async def test_applies_creates_and_recognises_what_is_unchanged(kubectl: Kubectl) -> None:
    assert "created" in await kubectl("apply -f -", stdin=CONFIG_MAP)
    assert "unchanged" in await kubectl("apply -f -", stdin=CONFIG_MAP)
    assert "configured" in await kubectl("apply -f -", stdin=CONFIG_MAP.replace("monday", "tuesday"))
    assert await kubectl("get cm timetable -o jsonpath={.data}") == '{"tuesday":"08:00"}'


async def test_applies_custom_resources(ferries: Kubectl) -> None:
    assert "unchanged" in await ferries("apply -f -", stdin=FERRY)
    assert "configured" in await ferries("apply -f -", stdin=FERRY.replace("Bodo", "Hamar"))
    assert await ferries("get fy nordlys -o jsonpath={.metadata.generation}") == "2"


async def test_diffs(ferries: Kubectl) -> None:
    outcome = await ferries.run("diff", "-f", "-", stdin=FERRY.replace("Bodo", "Hamar"))
    assert outcome.code == 1, outcome.err
    assert "-  harbour: Bodo\n+  harbour: Hamar\n" in outcome.out


@pytest.mark.parametrize(
    "patch",
    [
        pytest.param('--type=merge -p {"data":{"monday":"09:00"}}', id="merge"),
        pytest.param('--type=strategic -p {"data":{"monday":"09:00"}}', id="strategic"),
        pytest.param('--type=json -p [{"op":"replace","path":"/data/monday","value":"09:00"}]', id="json"),
    ],
)
async def test_patches(kubectl: Kubectl, patch: str) -> None:
    await kubectl("create -f -", stdin=CONFIG_MAP)
    assert "patched" in await kubectl(f"patch cm timetable {patch}")
    assert await kubectl("get cm timetable -o jsonpath={.data.monday}") == "09:00"


async def test_labels_annotates_and_replaces(kubectl: Kubectl) -> None:
    await kubectl("create -f -", stdin=CONFIG_MAP)
    await kubectl("label cm timetable line=4")
    await kubectl("annotate cm timetable note=late")
    assert await kubectl("get cm -l line=4 -o jsonpath={.items[0].metadata.annotations.note}") == "late"
    assert "replaced" in await kubectl("replace -f -", stdin=CONFIG_MAP)
    assert await kubectl("get cm -l line=4") == ""


async def test_keeps_secret_values_and_describes_their_length(kubectl: Kubectl) -> None:
    await kubectl("create secret generic pin --from-literal=code=1234")
    assert await kubectl("get secret pin -o jsonpath={.data.code}") == "MTIzNA=="
    assert "code:  4 bytes" in await kubectl("describe secret pin")


async def test_deletes_and_waits_until_it_is_gone(ferries: Kubectl) -> None:
    assert "deleted" in await ferries("delete ferry nordlys --timeout=90s")
    assert "NotFound" in await ferries.refused("get ferry nordlys")


async def test_deletes_a_namespace_with_all_that_is_in_it(kubectl: Kubectl) -> None:
    await kubectl("create namespace harbour")
    await kubectl("create configmap map -n harbour --from-literal=a=b")
    await kubectl("delete namespace harbour --timeout=90s")
    assert "NotFound" in await kubectl.refused("get namespace harbour")
    assert await kubectl("get cm -A --field-selector=metadata.name=map -o name") == ""


async def test_deletes_a_definition_with_its_objects(ferries: Kubectl) -> None:
    await ferries("delete crd ferries.example.com --timeout=90s")
    assert "the server could not find the requested resource" in await ferries.refused("get ferries")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        pytest.param(("harbour: Bodo", "seats: 1"), "spec.harbour: Required value", id="required"),
        pytest.param(("Bodo", "Bodo, seats: 0"), "spec.seats: Invalid value: 0", id="minimum"),
        pytest.param(("Bodo", "4"), 'spec.harbour: Invalid value: "integer"', id="type"),
        pytest.param(("Bodo", "Bodo, mast: 2"), 'unknown field "spec.mast"', id="unknown-field"),
        pytest.param(("nordlys", "Nordlys"), "metadata.name: Invalid value", id="name"),
    ],
)
async def test_refuses_what_the_schema_forbids(ferries: Kubectl, change: tuple[str, str], complaint: str) -> None:
    assert complaint in await ferries.refused("apply -f -", stdin=FERRY.replace(*change))


async def test_refuses_what_exists_and_where_nothing_may_be(kubectl: Kubectl) -> None:
    assert "AlreadyExists" in await kubectl.refused("create namespace default")
    assert 'namespaces "nowhere" not found' in await kubectl.refused("create serviceaccount a -n nowhere")


async def test_applies_server_side_with_owners_and_conflicts(ferries: Kubectl) -> None:
    other = FERRY.replace("nordlys", "havgul")
    assert "serverside-applied" in await ferries("apply --server-side -f -", stdin=other)
    assert "serverside-applied" in await ferries("apply --server-side -f -", stdin=other)
    await ferries('patch ferry havgul --type=merge -p {"spec":{"harbour":"Hamar"}}')
    refused = await ferries.refused("apply --server-side -f -", stdin=other)
    assert 'conflict with "kubectl-patch" using example.com/v1: .spec.harbour' in refused
    await ferries("apply --server-side --force-conflicts -f -", stdin=other)
    assert await ferries("get fy havgul -o jsonpath={.spec.harbour}") == "Bodo"
    managed = await ferries("get fy havgul --show-managed-fields -o jsonpath={.metadata.managedFields[*].operation}")
    assert managed == "Apply"


async def test_moves_from_client_side_to_server_side(ferries: Kubectl) -> None:
    assert "serverside-applied" in await ferries("apply --server-side -f -", stdin=FERRY)
    assert "serverside-applied" in await ferries("apply --server-side -f -", stdin=FERRY.replace("Bodo", "Hamar"))


async def test_edits(ferries: Kubectl) -> None:
    environment = {"KUBE_EDITOR": "sed -i s/Bodo/Hamar/"}
    assert "edited" in (await ferries.run("edit", "ferry", "nordlys", **environment)).out
    assert await ferries("get fy nordlys -o jsonpath={.spec.harbour}") == "Hamar"


@pytest.mark.parametrize(
    ("cascade", "left"),
    [
        pytest.param("background", "", id="background"),
        pytest.param("foreground", "", id="foreground"),
        pytest.param("orphan", "secret/cargo\n", id="orphan"),
    ],
)
async def test_deletes_dependents_as_told(ferries: Kubectl, cascade: str, left: str) -> None:
    uid = await ferries("get fy nordlys -o jsonpath={.metadata.uid}")
    owner = f"{{apiVersion: example.com/v1, kind: Ferry, name: nordlys, uid: {uid}, blockOwnerDeletion: true}}"
    cargo = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: cargo, ownerReferences: [{owner}]}}\n"
    await ferries("create -f -", stdin=cargo)
    await ferries(f"delete fy nordlys --cascade={cascade} --timeout=90s")
    assert await ferries("get secrets -o name") == left


async def test_deletes_a_namespace_and_what_is_in_it_in_one_go(kubectl: Kubectl) -> None:
    both = "apiVersion: v1\nkind: Namespace\nmetadata: {name: quay}\n---\n" + CONFIG_MAP.replace(
        "{name: timetable}", "{name: timetable, namespace: quay}"
    )
    await kubectl("apply -f -", stdin=both)
    assert "deleted" in await kubectl("delete --timeout=90s -f -", stdin=both)


async def test_changes_one_container_of_a_deployment_and_restarts_it(kubectl: Kubectl) -> None:
    await kubectl("create deployment web --image=nginx:1 --image=busybox:1")
    await kubectl("set image deploy/web nginx=nginx:2")
    assert await kubectl("get deploy web -o jsonpath={.spec.template.spec.containers[*].image}") == "nginx:2 busybox:1"
    await kubectl("rollout restart deploy/web")
    assert "restartedAt" in await kubectl("get deploy web -o jsonpath={.spec.template.metadata.annotations}")
    assert await kubectl("get deploy web -o jsonpath={.metadata.generation}") == "3"
