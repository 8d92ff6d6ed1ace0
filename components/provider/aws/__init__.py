"""Calls to AWS: requests, clients, what is tried again, and why a call was refused, in one sentence."""
