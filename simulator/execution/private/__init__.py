"""Queries under AWS's differential privacy: taken apart, bounded, summed, and given noise."""
