"""The API's HTTP/1.1 seen from below: whatever is sent, it answers in the contract's shapes or hangs up."""

import itertools
import json
import os
import time
from collections.abc import Iterator

import pytest

from support.raw_http import Answer, RawHttp
from support.running import RunningStack
from support.shapes import NO_TOKEN, NOT_FOUND, check_error

KIB, MIB = 1024, 1024 * 1024
LOGIN, ME = "/api/auth/login/", "/api/me/"
HEADER_LIMIT, BODY_LIMIT = 16 * KIB, MIB
READ_SECONDS, WRITE_SECONDS, IDLE_SECONDS = 15, 20, 75  # shared/http/limits.hpp
SLACK_SECONDS = 10  # a busy machine


@pytest.fixture(scope="module", autouse=True)
def idle(shared_stack: RunningStack) -> Iterator[tuple[list[RawHttp], float]]:
    """Two connections that lie idle while the other tests of this file run, one of them after a request."""
    shared_stack.restore()
    with RawHttp(shared_stack.api_url(), 1) as fresh, RawHttp(shared_stack.api_url(), 1) as used:
        assert used.send(used.request("GET", ME)).answer() is not None
        yield [fresh, used], time.monotonic()


@pytest.fixture
def raw(stack: RunningStack) -> Iterator[RawHttp]:
    with RawHttp(stack.api_url()) as connection:
        yield connection


def check(answer: Answer | None, status: int, path: str = ME) -> Answer:
    assert answer is not None, "hung up without an answer"
    assert answer.status == status, answer.body
    if status >= 400:
        check_error(answer.status, answer.headers, answer.json(), path)
    return answer


# What two parsers could understand differently is refused, and the connection with it.
REFUSED = {
    "no host": "GET /api/me/ HTTP/1.1\r\n\r\n",
    "two hosts": "GET /api/me/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "length and coding": "POST {p} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n",
    "coding and length": "POST {p} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n",
    "two lengths": "POST {p} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{{}}x",
    "the same length twice": "POST {p} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{{}}",
    "a list of lengths": "POST {p} HTTP/1.1\r\nHost: a\r\nContent-Length: 2, 2\r\n\r\n{{}}",
    "a signed length": "POST {p} HTTP/1.1\r\nHost: a\r\nContent-Length: +2\r\n\r\n{{}}",
    "a negative length": "POST {p} HTTP/1.1\r\nHost: a\r\nContent-Length: -2\r\n\r\n{{}}",
    "a length of words": "POST {p} HTTP/1.1\r\nHost: a\r\nContent-Length: two\r\n\r\n{{}}",
    "a length beyond 64 bits": "POST {p} HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n{{}}",
    "two codings": "POST {p} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "an unknown coding": "POST {p} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "another coding first": "POST {p} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "another coding last": "POST {p} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "a bad chunk": "POST {p} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n{{}}\r\n0\r\n\r\n",
    "a signed chunk": "POST {p} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n+2\r\n{{}}\r\n0\r\n\r\n",
    "a chunk of 2^64": "POST {p} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000002\r\n{{}}\r\n0\r\n\r\n",
    "a chunk longer than it says": "POST {p} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{{}}{{}}\r\n0\r\n\r\n",
    "a blank before the colon": "GET /api/me/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n",
    "a name with a blank": "GET /api/me/ HTTP/1.1\r\nHost: a\r\nX Y: 1\r\n\r\n",
    "a line without a colon": "GET /api/me/ HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n",
    "a zero byte in a value": "GET /api/me/ HTTP/1.1\r\nHost: a\r\nX-Y: a\0b\r\n\r\n",
    "a zero byte in the target": "GET /api/me\0/ HTTP/1.1\r\nHost: a\r\n\r\n",
    "a blank in the target": "GET /api/me/ x HTTP/1.1\r\nHost: a\r\n\r\n",
    "no target": "GET HTTP/1.1\r\nHost: a\r\n\r\n",
    "no version": "GET /api/me/\r\nHost: a\r\n\r\n",
    "another protocol": "GET /api/me/ FTP/1.1\r\nHost: a\r\n\r\n",
    "bare line feeds": "GET /api/me/ HTTP/1.1\nHost: a\n\n",
    "a bare carriage return": "GET /api/me/ HTTP/1.1\r\nHost: a\rX-Y: b\r\n\r\n",
    "a target without a slash": "GET api/me/ HTTP/1.1\r\nHost: a\r\n\r\n",
    "an asterisk": "GET * HTTP/1.1\r\nHost: a\r\n\r\n",
    "a tunnel": "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n",
    "a method of other letters": "G@T /api/me/ HTTP/1.1\r\nHost: a\r\n\r\n",
    "a TLS greeting": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + "\x80" * 100 + "\r\n\r\n",
    "HTTP/2 by prior knowledge": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
}


@pytest.mark.parametrize("oddity", REFUSED)
def test_what_can_be_read_two_ways_is_refused_and_the_connection_closed(stack: RunningStack, oddity: str):
    sent = REFUSED[oddity]
    paths = [LOGIN, "/api/auth/login", "/api/auth/signup/"] if "{p}" in sent else [ME]
    for path in paths:
        with RawHttp(stack.api_url()) as raw:
            answer = raw.send(sent.format(p=path) if "{p}" in sent else sent).answer()
            assert answer is not None
            assert answer.status in (400, 413, 505), answer.body
            body = answer.json()
            # A head that cannot be read names no path yet.
            check_error(answer.status, answer.headers, body, path if "success" in body else ME)
            assert answer.headers["connection"] == "close"
            assert raw.ended()


def test_a_smuggled_request_is_not_answered(raw: RawHttp):
    inner = "GET /api/me/ HTTP/1.1\r\nHost: a\r\n\r\n"
    head = f"POST {LOGIN} HTTP/1.1\r\nHost: a\r\nContent-Length: {len(inner) + 5}\r\nTransfer-Encoding: chunked\r\n\r\n"
    check(raw.send(head + "0\r\n\r\n" + inner).answer(), 400, LOGIN)
    assert raw.answer() is None


def test_a_folded_field_is_refused_or_one_value(raw: RawHttp):
    answer = raw.send(f"GET {ME} HTTP/1.1\r\nHost: a\r\nX-Y: one\r\n two\r\n\r\n").answer()
    assert answer is not None
    check(answer, 400 if answer.status == 400 else 401)


def test_http_1_0_is_served_and_closed(stack: RunningStack):
    for head in ("GET /api/me/ HTTP/1.0\r\n\r\n", "GET /api/me/ HTTP/1.0\r\nHost: a\r\n\r\n"):
        with RawHttp(stack.api_url()) as raw:
            assert check(raw.send(head).answer(), 401).json() == NO_TOKEN
            assert raw.ended()
    with RawHttp(stack.api_url()) as raw:
        raw.send("GET /api/me/ HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        assert check(raw.answer(), 401).headers["connection"] == "keep-alive"
        check(raw.send("GET /api/nothing/ HTTP/1.0\r\n\r\n").answer(), 404)
        assert raw.ended()


@pytest.mark.parametrize("version", ["HTTP/2.0", "HTTP/1.2", "HTTP/0.9", "HTTP/9.9"])
def test_other_versions_are_refused(raw: RawHttp, version: str):
    answer = raw.send(f"GET {ME} {version}\r\nHost: a\r\n\r\n").answer()
    assert answer is not None
    assert answer.status in (400, 505)
    check(answer, answer.status)


def test_absolute_form_is_the_same_resource(raw: RawHttp):
    assert check(raw.send(f"GET http://{raw.host}{ME} HTTP/1.1\r\nHost: a\r\n\r\n").answer(), 401).json() == NO_TOKEN
    check(raw.send("GET http://elsewhere.example HTTP/1.1\r\nHost: a\r\n\r\n").answer(), 404)


@pytest.mark.parametrize("method", ["TRACE", "PROPFIND", "get", "Get", "X" * 500, "PATCH", "DELETE"])
def test_other_methods_get_405_and_the_list(raw: RawHttp, method: str):
    answer = check(raw.send(raw.request(method, ME)).answer(), 405)
    assert answer.json() == {"detail": f'Method "{method}" not allowed.'}
    assert answer.headers["allow"].split(", ") == ["GET", "HEAD", "OPTIONS"]
    answer = check(raw.send(raw.request(method, LOGIN)).answer(), 405, LOGIN)
    assert answer.headers["allow"].split(", ") == ["OPTIONS", "POST"]
    assert check(raw.send(raw.request(method, "/api/nothing/")).answer(), 404).json() == NOT_FOUND


def test_options(raw: RawHttp):
    every = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"
    for target, allowed in (("*", every), (ME, "GET, HEAD, OPTIONS"), (LOGIN, "OPTIONS, POST")):
        answer = check(raw.send(raw.request("OPTIONS", target)).answer(), 204)
        assert answer.headers["allow"] == allowed
        assert "content-length" not in answer.headers
    check(raw.send(raw.request("OPTIONS", "/api/nothing/")).answer(), 404)


def test_head_is_get_without_its_body(stack: RunningStack, raw: RawHttp):
    token = f"Authorization: Bearer {stack.tenant().login['access']}"
    for path in ("/api/charge-points/", "/api/sessions/", "/api/nothing/", LOGIN, ME):
        for headers in ((), (token,)):
            whole = raw.send(raw.request("GET", path, *headers)).answer()
            bare = raw.send(raw.request("HEAD", path, *headers)).answer(to_head=True)
            assert whole is not None
            assert bare is not None
            changing = {"date", "x-request-id"}
            wanted = {name: value for name, value in whole.headers.items() if name not in changing}
            got = {name: value for name, value in bare.headers.items() if name not in changing}
            if whole.status == 405:  # the method stands in the body
                del wanted["content-length"], got["content-length"]
            assert (bare.status, got) == (whole.status, wanted), path


def test_pipelined_requests_are_answered_in_order(raw: RawHttp):
    paths = [ME, "/api/nothing/", LOGIN, ME] * 25
    raw.send(b"".join(raw.request("GET", path) for path in paths))
    wanted = {ME: 401, "/api/nothing/": 404, LOGIN: 405}
    for path in paths:
        check(raw.answer(), wanted[path], path)


def test_a_malformed_request_ends_the_pipeline(raw: RawHttp):
    raw.send(raw.request("GET", ME) + b"nonsense\r\n\r\n" + raw.request("GET", ME))
    check(raw.answer(), 401)
    check(raw.answer(), 400)
    assert raw.answer() is None


def test_pipelined_bodies_are_not_taken_for_requests(raw: RawHttp):
    body = b"GET /api/nothing/ HTTP/1.1\r\nHost: a\r\n\r\n"
    raw.send(raw.request("POST", LOGIN, body=body) + raw.request("GET", ME))
    check(raw.answer(), 400, LOGIN)
    check(raw.answer(), 401)


def test_expect_100_continue(raw: RawHttp):
    body = json.dumps({"username": "nobody", "password": "wrong"}).encode()
    head = f"POST {LOGIN} HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body)}\r\nExpect: 100-Continue\r\n\r\n"
    raw.send(head)
    check(raw.answer(), 100)
    check(raw.send(body).answer(), 401, LOGIN)
    raw.send(head.encode() + body)  # did not wait
    answer = raw.answer()
    check(raw.answer() if answer and answer.status == 100 else answer, 401, LOGIN)
    raw.send(head.replace(str(len(body)), str(BODY_LIMIT + 1)))
    check(raw.answer(), 413, LOGIN)
    assert raw.ended()


def test_chunks_and_their_trimmings(raw: RawHttp):
    head = f"POST {LOGIN} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
    check(raw.send(head + "1;name=value\r\n{\r\n1\r\n}\r\n0\r\nX-Trailer: yes\r\n\r\n").answer(), 400, LOGIN)
    check(raw.send(raw.request("GET", ME)).answer(), 401)


def test_blank_lines_before_a_request(raw: RawHttp):
    answer = raw.send(b"\r\n" + raw.request("GET", ME)).answer()
    assert answer is not None
    check(answer, 400 if answer.status == 400 else 401)


def test_headers_up_to_16_kib(stack: RunningStack):
    for size, status in ((HEADER_LIMIT - 200, 401), (HEADER_LIMIT + 200, 431), (10 * HEADER_LIMIT, 431)):
        with RawHttp(stack.api_url()) as raw:
            answer = check(raw.send(raw.request("GET", ME, "X-Y: " + "a" * (size - 60))).answer(), status)
            assert ("connection" in answer.headers) == (status == 431)
    for request in (f"GET /api/{'a' * HEADER_LIMIT}/ HTTP/1.1\r\nHost: a\r\n\r\n", "A" * 2 * HEADER_LIMIT):
        with RawHttp(stack.api_url()) as raw:
            check(raw.send(request).answer(), 431)
    many = "".join(f"X-{number}: 1\r\n" for number in range(3000))
    with RawHttp(stack.api_url()) as raw:
        check(raw.send(f"GET {ME} HTTP/1.1\r\nHost: a\r\n{many}\r\n").answer(), 431)


@pytest.mark.parametrize("path", [LOGIN, "/api/auth/refresh", "/api/auth/signup/"])
def test_bodies_up_to_1_mib(stack: RunningStack, path: str):
    fitting = b'{"username":"' + b"a" * (BODY_LIMIT - 15) + b'"}'
    assert len(fitting) == BODY_LIMIT
    with RawHttp(stack.api_url()) as raw:
        check(raw.send(raw.request("POST", path, body=fitting)).answer(), 400, path)
        check(raw.send(raw.request("POST", path, body=fitting + b" ")).answer(), 413, path)
        assert raw.ended()
    piece = b"10000\r\n" + b" " * 65536 + b"\r\n"
    with RawHttp(stack.api_url()) as raw:
        raw.send(f"POST {path} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".encode() + piece * 17)
        check(raw.answer(), 413, path)
        assert raw.ended()


def test_slow_clients_are_cut_off(stack: RunningStack):
    """A head, a body and chunks that come a byte a second: 408 when the time for a request is over."""
    heads = {
        ME: f"GET {ME} HTTP/1.1\r\nHost: a\r\nX-Slow: ",
        LOGIN: f"POST {LOGIN} HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n",
        "/api/auth/profile": "PUT /api/auth/profile HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n",
    }
    sockets = {path: RawHttp(stack.api_url(), seconds=1) for path in heads}
    begun = time.monotonic()
    for path, raw in sockets.items():
        raw.send(heads[path])
    answers: dict[str, Answer] = {}
    while len(answers) < len(sockets) and time.monotonic() < begun + READ_SECONDS + SLACK_SECONDS:
        for path in sockets.keys() - answers.keys():
            raw = sockets[path].send(b"a")
            try:
                answers[path] = check(raw.answer(), 408, path)
            except TimeoutError:
                continue
            assert time.monotonic() - begun > READ_SECONDS - 2
    assert answers.keys() == sockets.keys()
    for raw in sockets.values():
        raw.socket.close()


def test_who_takes_no_answers_is_cut_off(stack: RunningStack):
    """It pipelines and never reads: its buffers fill, the server stops reading it, and ends it."""
    with RawHttp(stack.api_url(), seconds=WRITE_SECONDS + SLACK_SECONDS, receive_buffer=4 * KIB) as raw:
        request = raw.request("GET", "/api/nothing/") * 200
        begun = time.monotonic()
        with pytest.raises((ConnectionError, TimeoutError)) as ended:
            while True:
                raw.socket.sendall(request)
        assert ended.type is not TimeoutError, "still open"
        assert time.monotonic() - begun > WRITE_SECONDS - 2


def test_many_slow_clients_starve_nobody(stack: RunningStack):
    """A thousand sockets in the middle of a request on each pod, and everybody else is served as before."""
    slow = [RawHttp(stack.api_url(pod)) for pod, _ in itertools.product((1, 2), range(1000))]
    heads = [
        b"GET /api/me/ HTTP/1.1\r\nX-Slow: ",
        b"POST /api/auth/login/ HTTP/1.1\r\nHost: a\r\nContent-Length: 16384\r\n\r\n{",
        b"",
    ]
    try:
        for raw, head in zip(slow, itertools.cycle(heads), strict=False):
            raw.send(head)
        tenant = stack.tenant()
        took = []
        for _ in range(100):
            begun = time.monotonic()
            assert tenant.call("GET", ME).status_code == 200
            took.append(time.monotonic() - begun)
        assert sorted(took)[95] < 1
    finally:
        for raw in slow:
            raw.socket.close()


def test_bodies_in_flight_are_bounded(stack: RunningStack):
    """More promised megabytes than the pod will hold are refused, small requests are not."""
    promised = [RawHttp(stack.api_url(), seconds=5) for _ in range(300)]
    try:
        for raw in promised:
            raw.send(f"POST {LOGIN} HTTP/1.1\r\nHost: a\r\nContent-Length: {BODY_LIMIT}\r\n\r\n{{")
        tenant = stack.tenant()
        assert tenant.call("GET", ME).status_code == 200
        refused = 0
        for raw in promised:
            raw.socket.settimeout(0.01)
            try:
                answer = raw.answer()
            except TimeoutError:
                continue
            check(answer, 503, LOGIN)
            refused += 1
        assert refused >= 300 - 64 * os.cpu_count()
    finally:
        for raw in promised:
            raw.socket.close()


def test_idle_connections_are_closed(idle: tuple[list[RawHttp], float]):
    """The last test of this file, so that most of the time has passed."""
    connections, since = idle
    for raw in connections:
        raw.socket.settimeout(max(0, since + IDLE_SECONDS - time.monotonic()) + SLACK_SECONDS)
        assert raw.ended()
    assert time.monotonic() - since > IDLE_SECONDS - 2
