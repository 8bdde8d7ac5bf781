"""How customers reach Clearline: the switchboard and the channels that talk to it."""
