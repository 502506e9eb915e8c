"""A refusal tells where, why and what to do."""

from keyferry.admit.injection.refusal import Refusal, Refused, bad_request


def test_a_bad_request_has_the_words_of_what_was_refused() -> None:
    refused = Refused("spec.containers", "the pod has no container", "give it one")
    message = "spec.containers: the pod has no container. To mend it: give it one"
    assert bad_request(refused) == Refusal(code=400, reason="BadRequest", message=message)
