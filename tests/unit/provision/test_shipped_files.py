"""What is shipped is found by the name of its folder."""

from keyferry.provision import shipped, shipped_files


def test_files_of_a_folder() -> None:
    chart = shipped.find("helm/keyferry-sites")
    files = shipped_files.below("helm/keyferry-sites")
    assert files["Chart.yaml"] == (chart / "Chart.yaml").read_bytes()
    assert "templates/accounts.yaml" in files
    assert not any(part.startswith(".") and part != ".helmignore" for path in files for part in path.split("/"))


def test_files_with_one_ending() -> None:
    assert {path.rpartition(".")[2] for path in shipped_files.below("terraform/modules", ".tf")} == {"tf"}
