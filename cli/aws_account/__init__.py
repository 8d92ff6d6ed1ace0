"""Commands that ask a real account of AWS."""
