"""Rasa custom actions: thin faces that read what was understood, ask the domain and name a response. Keep this package flat."""
