from keyferry.sync.rendering.entry import Entry


def test_no_text_shows_the_value() -> None:
    assert "s3cret" not in f"{Entry(value=b's3cret')!r} {Entry(value=b's3cret')}"
