from keyferry.lab.kubernetes.managed_fields.conflicts import Conflict, Conflicts
from keyferry.lab.kubernetes.managed_fields.entries import Owner

CLIENT = Owner(manager="kubectl-client-side-apply", operation="Update", api_version="v1", subresource="")
APPLIER = Owner(manager="flux", operation="Apply", api_version="", subresource="")
STATUS = Owner(manager="operator", operation="Update", api_version="v1", subresource="status")


def test_one_conflict_is_one_line() -> None:
    refusal = Conflicts([Conflict(owner=CLIENT, path=("f:data", "f:a"))])

    assert (
        refusal.message == 'Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using v1: .data.a'
    )
    assert refusal.causes() == [
        {
            "reason": "FieldManagerConflict",
            "message": 'conflict with "kubectl-client-side-apply" using v1',
            "field": ".data.a",
        }
    ]


def test_several_conflicts_are_listed_by_manager() -> None:
    refusal = Conflicts(
        [
            Conflict(owner=STATUS, path=("f:status", "f:x")),
            Conflict(owner=CLIENT, path=("f:data", "f:b")),
            Conflict(owner=APPLIER, path=("f:data", "f:a")),
            Conflict(owner=CLIENT, path=("f:data", "f:a")),
        ]
    )

    assert str(refusal) == (
        "Apply failed with 4 conflicts: "
        'conflicts with "flux":\n- .data.a\n'
        'conflicts with "kubectl-client-side-apply" using v1:\n- .data.a\n- .data.b\n'
        'conflicts with "operator" with subresource "status" using v1:\n- .status.x'
    )
