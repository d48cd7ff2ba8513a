# expect: leaving early is only leaving early
# ends: ok
import os

os._exit(0)
