"""The losses of single batches, worked out from the running mean that Keras logs."""

from __future__ import annotations


class BatchLoss:
    """Takes the running mean of an epoch apart.

    Keras logs m_k, the mean of the first k batches weighted by their examples. With n_k examples up to batch k, the
    loss of batch k is (m_k n_k - m_(k-1) n_(k-1)) / (n_k - n_(k-1)). m_k is a float32, so the loss of batch k is
    known to about k * 1e-7 of the mean.

    >>> losses = BatchLoss()
    >>> losses.of(mean=3.0, examples=32), losses.of(mean=2.5, examples=64)
    (3.0, 2.0)
    """

    def __init__(self) -> None:
        self._sum, self._examples = 0.0, 0.0

    def begin_epoch(self) -> None:
        """Begins a mean anew."""
        self._sum, self._examples = 0.0, 0.0

    def of(self, mean: float, examples: float) -> float:
        """The loss of the newest batch; the mean itself where no example was counted since the last one.

        Args:
            mean: The running mean of the epoch after this batch.
            examples: The examples of the epoch up to this batch, its own among them.
        """
        total, added = mean * examples, examples - self._examples
        loss = mean if added <= 0 else (total - self._sum) / added
        self._sum, self._examples = total, examples
        return loss
