"""What every layer may use: money, clock, ids, errors, words, formats. Standard library, and Babel in ``formats``."""
