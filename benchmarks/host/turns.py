"""What the comparisons of this folder share: peers that take turns."""

import os
import statistics
import time


def timed(run, seconds):
    """The median time of a call, in seconds."""
    run()
    times, stop = [], time.perf_counter() + seconds
    while time.perf_counter() < stop or len(times) < 5:
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def made(label, makers):
    """By name, what each peer runs in its turn. One that cannot read the model is no reason to measure none."""
    result = {}
    for name, make in makers.items():
        try:
            result[name] = make()
        except Exception as error:
            print(f"{label}: {name} does not run it: {str(error).splitlines()[:1]}")
    return result


def in_turns(turns, rounds, *arguments):
    """By name, what `rounds` turns of each give, one peer after the other in each round."""
    results = {name: [] for name in turns}
    for _ in range(rounds):
        for name, turn in turns.items():
            results[name].append(turn(*arguments))
    return results


def stay_on_one_core():
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
