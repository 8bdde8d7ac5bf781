"""The support that is offered: hours, ways to reach it, tickets."""
