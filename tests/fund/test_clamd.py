"""The virus scanner's protocol over real sockets: only a plain "OK" is clean, whatever else happens is no verdict."""

import socket
import time

import pytest

from fund.clamd import NoVerdict, is_there, scan
from tests.fund.sample_files import EICAR
from tests.fund.scanner import running


@pytest.fixture(params=["tcp", "unix"])
def scanner(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("s") / "c" if request.param == "unix" else None
    with running(path) as scanner:
        yield scanner


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_clean_and_infected_contents_are_told_apart_and_arrive_whole(scanner):
    big = b"x" * 300_001

    told = [scan(big, scanner.address, seconds=5), scan(b"a" + EICAR, scanner.address, seconds=5)]

    assert told == [True, False]
    assert scanner.seen == [big, b"a" + EICAR]


@pytest.mark.parametrize("mode", ["silent", "dead", "half", "odd", "error", "drip"])
def test_no_verdict_is_never_clean_and_never_takes_longer_than_allowed(scanner, mode):
    scanner.mode = mode
    begun = time.monotonic()

    with pytest.raises(NoVerdict):
        scan(b"x", scanner.address, seconds=0.6)

    assert time.monotonic() - begun < 1.5


def test_a_content_the_scanner_finds_too_big_has_no_verdict(scanner):
    scanner.mode = "small"

    with pytest.raises(NoVerdict):
        scan(b"x" * 5_000_000, scanner.address, seconds=5)


def test_a_scanner_that_is_not_there_gives_no_verdict(tmp_path):
    addresses = [f"tcp://127.0.0.1:{free_port()}", f"unix://{tmp_path}/none"]

    for address in addresses:
        with pytest.raises(NoVerdict):
            scan(b"x", address, seconds=1)
    assert [is_there(address) for address in addresses] == [False, False]


def test_a_scanner_is_there(scanner):
    assert is_there(scanner.address) is True
