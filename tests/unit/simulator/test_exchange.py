"""Reading a request's path, and keeping the record of requests."""

import pytest

from healthcheckd.simulator.exchange import Call, RequestLog
from healthcheckd.simulator.server import DIALECTS


@pytest.mark.parametrize(
    ("target", "segments"),
    [
        ("/api/sessions?all=true", ("api", "sessions")),
        ("/api/sessions/", ("api", "sessions")),
        ("/api/sessions/a%2Fb", ("api", "sessions", "a/b")),
        ("/api/sessions/a%252Fb", ("api", "sessions", "a%2Fb")),
        ("/api/sessions/%23%3F%25", ("api", "sessions", "#?%")),
        ("/api/sessions/%F0%9F%8C%B5%20x/me", ("api", "sessions", "🌵 x", "me")),
    ],
)
def test_a_path_is_split_as_sent_and_decoded_once(target: str, segments: tuple[str, ...]) -> None:
    assert Call(0.0, "GET", target).segments == segments


def test_a_query_parameter_is_read_by_name() -> None:
    call = Call(0.0, "GET", "/qr?format=raw&x=1")
    assert (call.query("format"), call.query("missing")) == ("raw", "")


def test_the_record_is_bounded_and_counts_on() -> None:
    log = RequestLog(limit=3)
    for number in range(5):
        log.append(Call(float(number), "GET", f"/{number}"))
    assert [call.target for call in log] == ["/2", "/3", "/4"]
    assert (len(log), log.total) == (3, 5)


def test_the_record_keeps_no_headers_and_no_bodies() -> None:
    log = RequestLog()
    log.append(Call(0.0, "POST", "/x", {"X-Api-Key": "secret"}, b"body"))
    assert [(dict(call.headers), call.body) for call in log] == [({}, b"")]


def test_the_record_tells_the_verbs_sent_to_a_session() -> None:
    log = RequestLog()
    dialect = DIALECTS["waha"]
    for method, target in [
        ("POST", "/api/sessions/a%2Fb/restart"),
        ("GET", "/api/sessions/a%2Fb/me"),
        ("POST", "/api/sessions/other/restart"),
        ("POST", "/api/sessions/a%2Fb/stop"),
    ]:
        call = Call(0.0, method, target)
        log.append(call, dialect.deed(call))
    assert log.verbs("a/b") == ["restart", "stop"]
    assert log.verbs("nobody") == []
    assert log.count("POST", "api", "sessions", "other", "restart") == 1
