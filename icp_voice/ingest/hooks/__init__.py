"""Deliveries that vendors push: their signatures are checked, they are kept, and worked off by reading records anew."""
