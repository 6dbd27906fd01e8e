"""Where articles are read: in this process, in worker processes, or on a Dask cluster; the same work each time."""
