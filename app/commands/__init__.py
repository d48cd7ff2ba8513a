"""Commands of the command line that ask a service, running or in this process: one file each."""
