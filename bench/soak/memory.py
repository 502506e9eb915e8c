"""Whether a process grows: its resident set, sampled, and compared by halves. Pure but for the sample."""

import statistics
from pathlib import Path


def resident_mib(pid: int) -> float:
    """Return what a process holds in memory now."""
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024


def growth_percent(samples: list[float]) -> float:
    """Return by how many percent the last tenth is above the tenth that begins the second half, medians of each."""
    tenth = max(len(samples) // 10, 1)
    half = len(samples) // 2
    before = statistics.median(samples[half : half + tenth])
    after = statistics.median(samples[-tenth:])
    return (after / before - 1) * 100
