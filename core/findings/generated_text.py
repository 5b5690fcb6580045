"""TextProbe: a text that a language model writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import tensorflow as tf

from core.findings.results import GeneratedText
from core.learning.stateless_function import StatelessFunction
from core.training.probe import Probe

if TYPE_CHECKING:
    import keras

    from core.learning.learner import Learner
    from core.training.trainer_snapshot import TrainerSnapshot

LONGEST, SHORTEST = 200, 10  # characters
MOST_FLOPS = 8e9  # of one text: 0.2 to 0.5 s on two cores
TEMPERATURE = 0.8
CANDIDATES = 6
SEED = 3  # of the draws: at every look the same, so that what changes in the text is the model


class TextProbe(Probe[GeneratedText]):
    """Lets a language model go on from the data set's prompt."""

    def __init__(self, learner: Learner) -> None:
        dataset = learner.setup.dataset
        assert dataset.vocabulary is not None
        self._vocabulary = dataset.vocabulary()
        self._prompt = dataset.prompt_tokens(learner.split)
        model, length = learner.objective.model, text_length(learner.card.flops)
        # XLA: 200 passes one after the other are bound by what starting an operation costs.
        variables = learner.objective.all_variables
        self._write = StatelessFunction(variables, lambda prompt: write(model, prompt, length), jit_compile=True)

    def look(self, snapshot: TrainerSnapshot) -> GeneratedText:
        """Return what the model writes at `snapshot`."""
        tokens, shares = (values.numpy() for values in self._write(snapshot.values, self._prompt))
        likeliest = np.argsort(shares)[::-1][:CANDIDATES]
        candidates = tuple((self._vocabulary.texts[token], float(shares[token])) for token in likeliest)
        prompt, sampled, greedy = (self._vocabulary.decode(of) for of in (self._prompt, *tokens))
        return GeneratedText(prompt, sampled, greedy, candidates)


def text_length(flops: int | None) -> int:
    """Return the number of tokens, 10 to 200, that a model writes twice in 8e9 operations.

    >>> text_length(flops=40_000_000)
    100

    Args:
        flops: The operations of one pass.
    """
    return int(np.clip(MOST_FLOPS / (2 * max(flops or 1, 1)), SHORTEST, LONGEST))


def write(model: keras.Model, prompt: tf.Tensor, length: int) -> tuple[tf.Tensor, tf.Tensor]:
    """Return the tokens (2, length) that follow `prompt` (n,), drawn and greedy, and probabilities (c,) of the first.

    Each token is predicted from the n before it. The draws are argmax(logits / T + g) with Gumbel noise g,
    which is softmax(logits / T) (Gumbel, 1954).
    """

    def last_logits(window: tf.Tensor) -> tf.Tensor:
        return tf.cast(model(window, training=False)[:, -1], tf.float32)

    window = tf.stack([prompt, prompt])
    first = last_logits(window)
    n_tokens = first.shape[-1]
    uniform = tf.random.stateless_uniform((length, n_tokens), [SEED, 0], minval=1e-9)
    noise = -TEMPERATURE * tf.math.log(-tf.math.log(uniform))
    start = (tf.constant(0), window, first, tf.zeros((2, length), tf.int32))

    def body(i: tf.Tensor, window: tf.Tensor, logits: tf.Tensor, written: tf.Tensor) -> tuple:
        chosen = tf.argmax(logits + tf.stack([noise[i], tf.zeros(n_tokens)]), 1, output_type=tf.int32)
        written += tf.one_hot(i, length, dtype=tf.int32) * chosen[:, None]
        window = tf.concat([window[:, 1:], chosen[:, None]], 1)
        return i + 1, window, last_logits(window), written

    written = tf.while_loop(lambda i, *_: i < length, body, start)[-1]
    return written, tf.nn.softmax(first[0])
