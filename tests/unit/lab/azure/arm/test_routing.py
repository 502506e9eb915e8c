import pytest

from keyferry.lab.azure.arm.routing import Route


@pytest.mark.parametrize(
    ("template", "path", "names"),
    [
        pytest.param("/a/{one}", "/A/x", {"one": "x"}, id="case-of-the-words"),
        pytest.param("/a/{one}", "/a/x/y", None, id="one-segment"),
        pytest.param("/a/{one}", "/a/", None, id="not-empty"),
        pytest.param("{scope}/p/{name}", "/a/b/p/n", {"scope": "/a/b", "name": "n"}, id="a-scope"),
        pytest.param("{scope}/p/{name}", "/p/n", {"scope": "", "name": "n"}, id="the-root-scope"),
        pytest.param("{scope}/p/{name}", "/p/x/p/n", {"scope": "/p/x", "name": "n"}, id="the-longest-scope"),
    ],
)
def test_templates(template: str, path: str, names: dict[str, str] | None) -> None:
    assert Route(template=template, type="", versions=(), operations={}).match(path) == names


def test_the_namespace_is_the_beginning_of_the_type() -> None:
    assert Route(template="/", type="Microsoft.X/y/z", versions=(), operations={}).namespace == "Microsoft.X"
