"""Pulling from a vendor's API: where it is, who we are, how fast, page by page; guarded once for all connectors.

`api` holds plain values that a connector writes down; `secrets` finds keys and tokens; `wire` sends, paces and guards
each request; `pages` follows listings; `rest` is what a connector calls. `wire`, `pages` and `rest` import dlt and
requests, and are imported when a source is opened, never before.
"""
