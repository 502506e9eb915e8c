from keyferry.admit.verdict import BAD_REQUEST, Verdict, refused


def test_a_refusal_has_its_status() -> None:
    assert refused(BAD_REQUEST, "no") == Verdict(refusal="no", code=400, reason="BadRequest")
