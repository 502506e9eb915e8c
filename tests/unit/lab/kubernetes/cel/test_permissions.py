import pytest

from tests.fakes.cel import answered

POD = 'authorizer.group("").resource("pods").namespace("harbour")'
CAPTAIN = 'authorizer.serviceAccount("harbour", "captain")'


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        pytest.param(f'{POD}.check("create").allowed()', True, id="allowed"),
        pytest.param(f'{POD}.check("create").reason() == "the tide is right"', True, id="reason"),
        pytest.param(f'{POD}.check("delete").allowed()', False, id="not-allowed"),
        pytest.param(f'{POD}.name("web").subresource("log").check("get").allowed()', False, id="a-part-of-one"),
        pytest.param(f'{POD}.check("x").errored() || {POD}.check("x").error() != ""', False, id="no-error"),
        pytest.param('authorizer.requestResource.check("create").allowed()', True, id="what-the-request-is-about"),
        pytest.param(f'{CAPTAIN}.path("/tide").check("get").allowed()', True, id="a-path-for-another"),
        pytest.param('authorizer.path("/tide").check("get").allowed()', False, id="a-path"),
    ],
)
def test_permissions(expression: str, found: bool) -> None:
    assert answered(expression) == found


@pytest.mark.parametrize(
    ("expression", "applied_to"),
    [
        pytest.param('authorizer.check("get").allowed()', "Authorizer", id="of-nothing"),
        pytest.param('authorizer.group("").check("get").allowed()', "GroupCheck", id="of-a-group"),
    ],
)
def test_a_step_that_is_left_out_is_found_before_anything_is_asked(expression: str, applied_to: str) -> None:
    told = f"found no matching overload for 'check' applied to '(kubernetes.authorization.{applied_to}, string)'"
    assert told in str(answered(expression))
