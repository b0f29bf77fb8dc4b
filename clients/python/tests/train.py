"""A training script that is killed. It says each step once it was logged."""

import os
import sys
import time

import reprograph

project, attempt, steps = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
with reprograph.start(project=project, name="killed") as run:
    for step in range(run.next_step, run.next_step + steps):
        run.log({"loss": 1 / (1 + step), "attempt": attempt}, step)
        os.write(1, b"%d\n" % step)
        time.sleep(0.0002)
