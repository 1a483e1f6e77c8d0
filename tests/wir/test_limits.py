"""How often somebody may try something, and who that is."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.core.cache.backends.dummy import DummyCache
from django.test import RequestFactory

from wir import limits

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def tries(number, key="10.0.0.1", rate="3/h", action="code", now=NOON):
    return [limits.allow(action, key, rate, now=now) for _number in range(number)]


def test_tries_beyond_the_rate_are_refused_until_the_window_ends():
    now = [tries(5), tries(1, now=NOON + timedelta(minutes=59)), tries(4, now=NOON + timedelta(hours=1))]

    assert now == [[True, True, True, False, False], [False], [True, True, True, False]]


def test_each_action_and_each_key_counts_for_itself():
    tries(4)

    others = [tries(1, key="10.0.0.2"), tries(1, action="draft"), tries(1, key=7), tries(1, rate="3/d")]

    assert (others, tries(1)) == ([[True]] * 4, [False])


def test_counting_adds_nothing():
    tries(5)

    counted = [limits.count("code", key, "3/h", now=NOON) for key in ("10.0.0.1", "10.0.0.1", "10.0.0.2")]

    assert counted == [5, 5, 0]


def test_the_moment_is_now_where_none_is_given():
    results = [limits.allow("code", "a", "2/d") for _number in range(3)]

    assert (results, limits.count("code", "a", "2/d")) == ([True, True, False], 3)


@pytest.mark.parametrize(
    ("rate", "read"),
    [("30/h", (30, 3600)), ("5/10m", (5, 600)), ("1/s", (1, 1)), ("0/d", (0, 86400)), ("100/2d", (100, 172800))],
)
def test_a_rate_is_read(rate, read):
    assert limits.read_rate(rate) == read


@pytest.mark.parametrize("rate", ["", "30", "30/w", "-1/h", "30/0h", "many/h", "30/h/ip"])
def test_what_is_no_rate_is_told(rate):
    with pytest.raises(ValueError, match="is no rate"):
        limits.allow("code", "a", rate)


def test_many_at_once_do_not_get_more_than_the_rate(monkeypatch):
    read = limits.cache.get  # between reading and writing, others have their turn
    monkeypatch.setattr(limits.cache, "get", lambda *args: (read(*args), time.sleep(0.001))[0])

    with ThreadPoolExecutor(8) as pool:
        allowed = list(pool.map(lambda _number: limits.allow("code", "a", "50/h", now=NOON), range(400)))

    assert allowed.count(True) == 50


def test_the_cache_holds_no_address(monkeypatch):
    names = []
    monkeypatch.setattr(limits.cache, "add", lambda name, *args, **kwargs: names.append(name))

    limits.allow("code", "10.0.0.1")

    assert ["10.0.0.1" in name for name in names] == [False]


class Away:
    def __getattr__(self, name):
        raise ConnectionError("10.0.0.1 at redis://user:password@cache")


def test_where_the_cache_is_away_everybody_may_and_it_is_told(monkeypatch, caplog):
    monkeypatch.setattr(limits, "cache", Away())

    results = [limits.allow("code", "10.0.0.1", "0/h"), limits.count("code", "10.0.0.1")]

    assert results == [True, 0]
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("ERROR", "no limit for code: the cache does not answer (ConnectionError)"),
        ("ERROR", "no count of code: the cache does not answer (ConnectionError)"),
    ]


def test_a_cache_that_keeps_nothing_limits_nothing(monkeypatch, caplog):
    monkeypatch.setattr(limits, "cache", DummyCache("", {}))

    assert (tries(5), caplog.records) == ([True] * 5, [])


def test_a_counter_goes_away_by_itself(monkeypatch):
    kept = []
    monkeypatch.setattr(limits.cache, "add", lambda name, value, timeout: kept.append(timeout) or cache.set(name, 0))

    tries(1, rate="3/10m")

    assert kept == [1200]


def asked(settings, behind, forwarded, remote="192.0.2.1"):
    settings.BEHIND_PROXY = behind
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded is not None else {}
    return limits.address(RequestFactory().get("/", REMOTE_ADDR=remote, **headers))


@pytest.mark.parametrize(
    ("behind", "forwarded", "remote", "found"),
    [
        (False, None, "192.0.2.1", "192.0.2.1"),
        (False, "203.0.113.9", "192.0.2.1", "192.0.2.1"),
        (True, "203.0.113.9", "192.0.2.1", "203.0.113.9"),
        (True, "10.9.9.9, 203.0.113.9", "192.0.2.1", "203.0.113.9"),
        (True, "10.9.9.9,203.0.113.9:4711", "192.0.2.1", "203.0.113.9"),
        (True, "[2001:db8:1:2:3::9]:4711", "192.0.2.1", "2001:db8:1:2::"),
        (True, None, "192.0.2.1", "192.0.2.1"),
        (True, "", "192.0.2.1", "192.0.2.1"),
        (True, "unknown", "192.0.2.1", "192.0.2.1"),
        (True, "203.0.113.9, nonsense", "192.0.2.1", "192.0.2.1"),
        (False, None, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        (False, None, "2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        (False, None, "::ffff:192.0.2.7", "192.0.2.7"),
        (False, None, "", ""),
    ],
)
def test_who_asks_is_told_by_the_connection_or_by_our_own_proxy(settings, behind, forwarded, remote, found):
    assert asked(settings, behind, forwarded, remote) == found
