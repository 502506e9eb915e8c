from keyferry.spec.fields import pod_status


def test_the_status_has_the_fields_that_others_read() -> None:
    fields = pod_status.status().fields
    assert set(fields) == {"podName", "secretProviderClassName", "mounted", "targetPath", "objects"}
