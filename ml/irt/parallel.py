"""How large the pieces are that item response models work through in parallel."""

from ml.parallel import mapped, one_blas_thread, spans, worker_count

__all__ = ["CHUNK_ROWS", "TASK_ROWS", "mapped", "one_blas_thread", "spans", "worker_count"]

# Rows of one task: their number depends on the data only, never on the threads.
TASK_ROWS = 16384
CHUNK_ROWS = 2048
