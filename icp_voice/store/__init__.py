"""Everything a workspace keeps, in one SQLite file. The rooms of the engine meet here and nowhere else."""

from icp_voice.store.store import Store, open_store

__all__ = ["Store", "open_store"]
