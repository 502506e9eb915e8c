"""The HCL that is shipped reaches the root module whole, and nothing that a tool left beside it."""

from keyferry.provision import shipped
from keyferry.provision.terraform import shipped_hcl


def test_every_module_is_there() -> None:
    files = shipped_hcl.read(with_chart=False)
    root = shipped.find("terraform/root")
    assert files["variables.tf"] == (root / "variables.tf").read_bytes()
    modules = {path.name for path in shipped.find("terraform/modules").iterdir()}
    assert {path.split("/")[1] for path in files if path.startswith("modules/")} == modules
    assert {path.rpartition(".")[2] for path in files} == {"tf"}
    assert not any("/." in path for path in files)


def test_the_chart_comes_where_it_is_installed() -> None:
    files = shipped_hcl.read(with_chart=True)
    chart = shipped.find("helm/keyferry")
    assert files["helm/keyferry/Chart.yaml"] == (chart / "Chart.yaml").read_bytes()
    assert any(path.startswith("helm/keyferry/templates/") for path in files)
    assert not any(path.startswith("helm/") for path in shipped_hcl.read(with_chart=False))
