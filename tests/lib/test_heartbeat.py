"""A sign of life is there while its process lives, and for ten seconds more."""

from __future__ import annotations

import redis

from mailhub.lib import heartbeat


def test_a_role_is_alive_once_its_process_has_written() -> None:
    assert not heartbeat.alive(heartbeat.BULK)
    heartbeat.write(heartbeat.BULK)
    assert heartbeat.alive(heartbeat.BULK)
    assert not heartbeat.alive(heartbeat.EXPRESS)


def test_a_role_is_gone_once_its_process_has_stopped() -> None:
    heartbeat.write(heartbeat.BEAT)
    heartbeat.remove(heartbeat.BEAT)
    assert heartbeat.roles() == set()


def test_a_heartbeat_runs_out_by_itself_and_its_name_is_forgotten(valkey: redis.Redis) -> None:
    heartbeat.write(heartbeat.BULK)
    (key,) = valkey.smembers("mailhub:heartbeats")
    assert 0 < int(valkey.ttl(key)) <= heartbeat.LIFETIME_SECONDS
    valkey.delete(key)
    assert heartbeat.roles() == set()
    assert valkey.smembers("mailhub:heartbeats") == set()


def test_what_a_killed_process_of_this_machine_left_behind_can_be_forgotten():
    heartbeat.write(heartbeat.BULK)
    heartbeat.forget_own_machine()
    assert not heartbeat.alive(heartbeat.BULK)
