from tennis import score


def test_love_all():
    assert score(0, 0) == "Love-All"
