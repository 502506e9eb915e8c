from keyferry.lab.azure.keyvault.calls import Answer


def test_an_answer_is_200_unless_it_says_so() -> None:
    assert Answer(content={"id": "x"}) == Answer(content={"id": "x"}, status=200, headers=())
