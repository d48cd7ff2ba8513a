"""The layers that keep a judged program in, one file each; `layers` says which of them this machine has.

What a child does to itself stands in files that import little: they are loaded into the warm interpreters, and each
page of memory that these hold is paid for at every fork.
"""
