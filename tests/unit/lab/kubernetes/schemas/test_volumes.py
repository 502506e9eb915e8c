from keyferry.lab.kubernetes.schemas import volumes


def test_every_source_is_there_and_the_unmodelled_ones_keep_what_they_hold() -> None:
    sources = volumes.VOLUME["properties"]

    assert {"secret", "configMap", "projected", "csi", "emptyDir", "hostPath", "nfs", "ephemeral"} <= sources.keys()
    assert sources["nfs"]["x-kubernetes-preserve-unknown-fields"]
    assert "x-kubernetes-preserve-unknown-fields" not in sources["csi"]


def test_a_projected_token_has_audience_lifetime_and_path() -> None:
    assert volumes.TOKEN_PROJECTION["properties"].keys() == {"audience", "expirationSeconds", "path", "user"}
