"""A training script whose child, like those that load data, outlives it."""

import os
import signal
import sys
import time

import reprograph

run = reprograph.start(project=sys.argv[1], name="forked")
run.log({"loss": 1.0})
reading, writing = os.pipe()
if os.fork() == 0:
    try:
        run.log({"loss": 2.0})
    except reprograph.Error as why:
        os.write(writing, str(why).encode())
    os.close(1)
    time.sleep(5)
    os._exit(0)
print(os.read(reading, 1000).decode(), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
