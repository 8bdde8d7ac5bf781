"""The collections ladder: what happens, and when, to an invoice that is not paid."""
