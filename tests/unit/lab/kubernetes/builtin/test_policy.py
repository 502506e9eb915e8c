from keyferry.lab.kubernetes.builtin import policy, rbac


def test_every_binding_names_a_role_that_is_there() -> None:
    documents = policy.objects()
    roles = {one["metadata"]["name"] for one in documents if one["kind"] == "ClusterRole"}
    bindings = [one for one in documents if one["kind"] == "ClusterRoleBinding"]
    assert {one["roleRef"]["name"] for one in bindings} <= roles
    assert [one for one in bindings if rbac.validate_binding(one, None)] == []


def test_every_rule_is_a_good_one() -> None:
    roles = [one for one in policy.objects() if one["kind"] == "ClusterRole"]
    assert [one for one in roles if rbac.validate_role(one, None)] == []


def test_viewers_see_no_secrets() -> None:
    (view,) = [one for one in policy.objects() if one["metadata"]["name"] == "view"]
    assert not any("secrets" in rule.get("resources", ()) for rule in view["rules"])
