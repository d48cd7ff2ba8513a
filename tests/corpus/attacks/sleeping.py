# expect: killed for waiting
# ends: wall_time_exceeded
import time

time.sleep(1000)
print("BREACH: slept")
