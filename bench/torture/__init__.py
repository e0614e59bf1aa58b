"""Breaking things on purpose: real processes under load, killed, cut off and lied to, and then what must still hold.

`python -m bench.torture [MINUTES]`. Everything runs on the loopback and in a folder of its own; only processes that
were started here are killed, and none outlives this one. The clock of all processes is a file that the torturer sets,
and leases are shortened (see `process`), so that minutes do for days.
"""
