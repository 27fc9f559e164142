"""Files from strangers are read apart: in a process of its own that may open nothing, with limits, by plain data only."""
