"""Python that emitted DAG files carry: written here as it is emitted, run by workers.

It imports nothing of pipec. `backends/airflow/carried.py` cuts it into its functions.
"""
