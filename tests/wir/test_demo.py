"""The demo's two programs: a worker that ends is started again, and long addresses reach the portal's own pages."""

import pytest

from wir.management.commands import demo


class Program:
    """A program that has ended when the clock says so."""

    def __init__(self, clock, ends):
        self.clock, self.ends = clock, ends

    def poll(self):
        return 1 if self.clock.now >= self.ends else None


class Clock:
    now = 0.0

    def monotonic(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(demo, "time", clock)
    return clock


def test_a_worker_that_ends_starts_again_after_a_pause_and_is_told(clock, monkeypatch, capsys):
    started = []

    def start():
        started.append(clock.now)
        return Program(clock, clock.now + 1)  # each of them dies within a second

    monkeypatch.setattr(demo, "start_worker", start)
    command = demo.Command()
    command.worker = Program(clock, 5)

    command.watch(Program(clock, 65))

    assert started == [25.0, 46.0]
    assert capsys.readouterr().err.count("The worker has ended") == 3


def test_a_worker_that_runs_is_left_alone(clock, monkeypatch):
    started = []
    monkeypatch.setattr(demo, "start_worker", lambda: started.append(clock.now))
    command = demo.Command()
    command.worker = Program(clock, 1000)

    command.watch(Program(clock, 100))

    assert started == []


def test_the_server_takes_the_longest_first_line_it_can():
    assert "--limit-request-line=8190" in demo.server_command("127.0.0.1:1")
