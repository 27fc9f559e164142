"""The records of each vendor, as its API and its exports have them, made into documents: one module a vendor.

Every function here is pure: JSON in, documents out. The parsers of exported files and the connectors that pull the same
records call the same functions, so that a call read from a file and the same call read by the API are equal.
What is left out (internal notes, machines' messages) is counted in a `Left`, never dropped silently.
"""
