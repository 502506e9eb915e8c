import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.lab.kubernetes.cel import quantities
from tests.fakes.cel import answered

DOES = {(one.name, one.takes): one.does for one in quantities.FUNCTIONS}
NUMBERS = st.integers(-(10**12), 10**12)


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        pytest.param("quantity('1k') == quantity('1000')", True, id="equal-however-written"),
        pytest.param("quantity('1Ki') == quantity('1024')", True, id="binary"),
        pytest.param("quantity('1e3') == quantity('1E3') && quantity('12E') == quantity('12e18')", True, id="exponent"),
        pytest.param("quantity('1Ei') == quantity('1152921504606846976')", True, id="the-largest-suffix"),
        pytest.param("quantity('500m') == quantity('.5') && quantity('+1.') == quantity('1')", True, id="parts"),
        pytest.param("isQuantity('1.5Gi') && !isQuantity('1.5 Gi') && !isQuantity('')", True, id="is-quantity"),
        pytest.param("isQuantity('" + "1" * 65 + "')", False, id="longer-than-any-is"),
        pytest.param("quantity(object.spec.memory).isGreaterThan(quantity('1G'))", True, id="greater"),
        pytest.param("quantity('1').isLessThan(quantity('1m'))", False, id="less"),
        pytest.param("quantity('1').compareTo(quantity('2')) == -1", True, id="compare"),
        pytest.param("quantity('-3').sign() == -1 && quantity('0').sign() == 0", True, id="sign"),
        pytest.param("quantity('1k').add(5).sub(quantity('5')) == quantity('1k')", True, id="add-and-sub"),
        pytest.param("quantity('1k').asInteger() == 1000 && quantity('1k').isInteger()", True, id="integer"),
        pytest.param("quantity('10E').isInteger() || quantity('1m').isInteger()", False, id="no-integer-of-64-bits"),
        pytest.param("quantity('1m').asInteger() == 0", "cannot convert value to integer", id="a-part-as-integer"),
        pytest.param("quantity('1500m').asApproximateFloat() == 1.5", True, id="float"),
    ],
)
def test_quantities(expression: str, found: bool | str) -> None:
    assert answered(expression) == found


def test_a_text_that_is_none() -> None:
    assert "quantities must match the regular expression" in str(answered("quantity('much').isInteger()"))
    assert "found no matching overload for '_==_'" in str(answered("quantity('5') == 5"))


@given(NUMBERS, NUMBERS)
def test_they_are_reckoned_as_numbers_are(one: int, other: int) -> None:
    of, add = DOES["quantity", ("string",)], DOES["add", (quantities.QUANTITY, quantities.QUANTITY)]
    compare = DOES["compareTo", (quantities.QUANTITY, quantities.QUANTITY)]
    assert of
    assert add
    assert compare
    assert add(of(str(one)), of(str(other))) == of(str(one + other))
    assert compare(of(str(one)), of(str(other))) == (one > other) - (one < other)
