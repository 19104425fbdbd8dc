"""What `./dev bench login` says of two series of times."""

import random

import bench_login


def test_samples_of_one_distribution_are_not_told_apart():
    dice = random.Random(3)
    one, other = ([dice.gauss(20, 3) for _ in range(500)] for _ in range(2))
    found = bench_login.two_samples(one, other)
    assert abs(found["known_takes_longer"] - 0.5) < 0.05
    assert found["by_chance"] > 0.01
    assert found["largest_gap"] < found["gap_by_chance_1_percent"]


def test_a_millisecond_more_is_seen():
    dice = random.Random(2)
    one, other = ([dice.gauss(mean, 3) for _ in range(500)] for mean in (21, 20))
    found = bench_login.two_samples(one, other)
    assert found["known_takes_longer"] > 0.55
    assert found["by_chance"] < 0.001
    assert found["largest_gap"] > found["gap_by_chance_1_percent"]


def test_the_same_times_differ_by_nothing():
    found = bench_login.two_samples([1.0, 2.0, 3.0], [4.0, 5.0, 6.0])
    assert (found["known_takes_longer"], found["largest_gap"]) == (0.0, 1.0)
