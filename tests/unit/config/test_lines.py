"""Line numbers that tomllib does not tell."""

from healthcheckd.config.lines import excerpt, positions

TEXT = '''\
include = ["a.toml"]   # on top
[daemon]
name = "eu"

  [[accounts]]   # the first
  id = "main/a"
tags = [
    "vip",
]
[[accounts]]
id = "main/b"
"owner_email" = "o@example.com"
note = """
[[accounts]]
id = "not a header"
"""
name = "B"
[gateway.x]
'''


def test_every_key_has_its_line() -> None:
    found = positions(TEXT)
    assert found["include"] == 1
    assert found["daemon.name"] == 3
    assert (found["accounts[0]"], found["accounts[0].id"], found["accounts[0].tags"]) == (5, 6, 7)
    assert (found["accounts[1]"], found["accounts[1].owner_email"]) == (10, 12)


def test_what_looks_like_a_header_inside_a_long_text_is_none() -> None:
    found = positions(TEXT)
    assert "accounts[2]" not in found
    assert found["accounts[1].id"] == 11
    assert found["accounts[1].name"] == 17


def test_an_excerpt_keeps_the_numbers_of_its_lines() -> None:
    cut = excerpt(TEXT, {"daemon"})
    assert cut.splitlines()[:3] == TEXT.splitlines()[:3]
    assert not "".join(cut.splitlines()[3:])
    assert positions(cut)["daemon.name"] == 3
