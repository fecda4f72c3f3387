"""What a soak has shown."""

from collections import Counter


def report(viewers, faults, memory, lost):
    """Prints it; the exit status."""
    print()
    for kind in dict.fromkeys(type(one) for one in viewers):
        statuses = sum((one.statuses for one in viewers if type(one) is kind), Counter())
        answers = ", ".join(f"{count} x {status}" for status, count in sorted(statuses.items()))
        print(f"{kind.__name__:8} {statuses.total():>10} answers: {answers}")
    print("faults   " + ", ".join(f"{name} {count}" for name, count in faults.happened.items()))
    print(f"memory   {memory.samples[0]:.1f} MB at first, {memory.now_mb:.1f} MB at last, growth {memory.growth:.3f}")
    print(f"lost     {lost} acknowledged heartbeats")
    wrong = [what for one in viewers for what in one.wrong]
    print(f"wrong    {len(wrong)} answers")
    for what in wrong[:10]:
        print(f"  {what[:400]}")
    return 0 if not wrong and not lost and memory.is_flat else 1
