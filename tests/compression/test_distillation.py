"""The loss of a student against the formula in NumPy."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from core.compression.distillation import DistillationLoss, corrected_for, targets
from tests.support.learners import numpy_softmax

RNG = np.random.default_rng(0)


def losses(teacher: np.ndarray, student: np.ndarray, y: np.ndarray, temperature: float, mix: float) -> np.ndarray:
    q, p = numpy_softmax(teacher / temperature), numpy_softmax(student / temperature)
    soft = (q * (np.log(q) - np.log(p))).sum(-1)
    hard = -np.log(np.take_along_axis(numpy_softmax(student), y[..., None], -1)[..., 0])
    return (1 - mix) * hard + mix * temperature**2 * soft


@pytest.mark.parametrize("shape", [(6,), (3, 5)], ids=["classes", "text"])
def test_the_loss_is_that_of_hinton(shape: tuple[int, ...]) -> None:
    teacher, student = RNG.normal(size=(2, *shape, 4)).astype(np.float32)
    y = RNG.integers(0, 4, shape).astype(np.int32)
    loss = DistillationLoss(2.0, 0.3)
    packed = targets(lambda x: x, teacher, y)
    found = loss.call(tf.constant(packed), tf.constant(student)).numpy()
    np.testing.assert_allclose(found, losses(teacher, student, y, 2.0, 0.3), rtol=1e-4)
    loss.temperature.assign(5.0)
    loss.mix.assign(0.9)
    found = loss.call(tf.constant(packed), tf.constant(student)).numpy()
    np.testing.assert_allclose(found, losses(teacher, student, y, 5.0, 0.9), rtol=1e-4)


def test_another_temperature_compiles_nothing_anew() -> None:
    loss = DistillationLoss(2.0, 0.5)
    compiled = tf.function(loss.call)
    y, z = tf.constant(RNG.normal(size=(4, 4)), tf.float32), tf.constant(RNG.normal(size=(4, 3)), tf.float32)
    y = tf.concat([y[:, :3], tf.zeros((4, 1))], -1)
    seen = []
    for temperature in (1.0, 2.0, 8.0):
        loss.temperature.assign(temperature)
        seen.append(float(tf.reduce_mean(compiled(y, z))))
    assert len(set(seen)) == 3
    assert compiled.experimental_get_tracing_count() == 1


def test_a_student_that_equals_its_teacher_has_no_soft_loss() -> None:
    logits = RNG.normal(size=(5, 3)).astype(np.float32)
    packed = targets(lambda x: x, logits, np.zeros(5, np.int32))
    assert DistillationLoss(4.0, 1.0).call(tf.constant(packed), tf.constant(logits)).numpy() == pytest.approx(
        0, abs=1e-5
    )


def test_the_gradient_of_the_soft_part_stays_of_one_size_as_the_temperature_rises() -> None:
    """At high T it nears (z - v) / N for logits with mean 0, whatever T (Hinton et al., section 2.1)."""
    teacher, student = RNG.normal(size=(2, 1, 6)).astype(np.float32)
    teacher, student = (z - z.mean() for z in (teacher, student))
    z = tf.Variable(student)
    with tf.GradientTape() as tape:
        value = DistillationLoss(500.0, 1.0).call(tf.constant(targets(lambda x: x, teacher, np.zeros(1))), z)
    np.testing.assert_allclose(tape.gradient(value, z).numpy(), (student - teacher) / 6, atol=2e-3)


def test_a_class_whose_logit_is_raised_is_answered_as_often_as_asked() -> None:
    logits = RNG.normal(size=(1000, 5))
    logits[:, 2] -= 50
    assert (corrected_for(logits, 2, 0.2).argmax(-1) == 2).mean() == pytest.approx(0.2, abs=0.002)
