"""What of a person's own model cannot be taken, found out before a page is shown, most of it by a few examples."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

from core.array_tree import Arrays, ArrayTree
from core.field import ConfigError
from core.language import _
from core.number_format import format_number
from core.user_models.loss_names import IN_WORDS, loss_name

if TYPE_CHECKING:
    import keras

    from core.learning.answers import Answers
    from core.learning.model_objective import ModelObjective
    from core.user_models.outputs import Outputs
    from core.user_models.user_model import UserModel

TRIED_EXAMPLES = 8  # by which a model shows what it puts out
MOST_WORDS = 400  # characters of Keras' own sentence that a refusal repeats
COLOUR = re.compile(r"\x1b\[[0-9;]*m")  # Keras prints parts of its sentences in bold


def check_is_keras_model(model: Any) -> None:
    """Raises ConfigError for a model of another library, a class, and a model of another backend than TensorFlow."""
    if isinstance(model, type):
        raise ConfigError(_("{name} is a class: pass a model made by it, model={name}(…).", name=model.__name__))
    keras = sys.modules.get("keras")  # who has a model of it has imported it
    if keras is None or not isinstance(model, keras.Model):
        package, name = type(model).__module__.split(".")[0], type(model).__name__
        raise ConfigError(
            _("model must be a Keras 3 model (keras.Model); it is a {name} of {package}.", name=name, package=package)
        )
    if keras.config.backend() != "tensorflow":
        raise ConfigError(
            _(
                "Keras computes with {backend} here, and the page trains with TensorFlow: set "
                'os.environ["KERAS_BACKEND"] = "tensorflow" before keras is imported.',
                backend=keras.config.backend(),
            )
        )


def keras_says(error: Exception) -> str:
    """A refusal in Keras' own words."""
    sentence = " ".join(COLOUR.sub("", str(error)).split())[:MOST_WORDS] or type(error).__name__
    return _("The model does not fit the data: {sentence}", sentence=sentence)


def refuse_stateful(model: keras.Model) -> None:
    """Raises ConfigError if a recurrent layer hands its state from batch to batch."""
    if any(getattr(layer, "stateful", False) for layer in model._flatten_layers()):
        raise ConfigError(
            _(
                "The model has a layer with stateful=True, which needs batches of one size, and the page looks at "
                "others too: build it without."
            )
        )


def check_width(loss: Any, answers: Answers, outputs: Outputs, y: Arrays) -> None:
    """Raises ConfigError for several numbers against one, unless the loss is of one's own and may mean it so."""
    if answers.kind != "quantity" or isinstance(y, ArrayTree) or y.ndim > 1 or outputs.width == 1:
        return
    if loss is not None and loss_name(loss) in IN_WORDS:
        raise ConfigError(
            _(
                "The model puts out {outputs} numbers for each example, and y has one.",
                outputs=format_number(outputs.width),
            )
        )


def try_loss(own: UserModel) -> None:
    """Raises ConfigError with Keras' own sentence if the loss cannot be had of a few examples."""
    try:
        objective = own.objective(*own.few(TRIED_EXAMPLES))
    except Exception as error:
        raise ConfigError(keras_says(error)) from error
    if own.model.run_eagerly:
        _try_as_graph(objective)
    _refuse_assigned(objective)


def _refuse_assigned(objective: ModelObjective) -> None:
    """Raises ConfigError if a layer changes, while it is called, a weight that is trained."""
    try:
        weight = objective.assigned_weight()
    except Exception:  # a fault of the person's own, which training shows with its traceback
        return
    if weight is not None:
        raise ConfigError(
            _(
                "A layer assigns the weight {name} while it is called, which is not followed here: train the model "
                "with model.fit.",
                name=weight.path,
            )
        )


def _try_as_graph(objective: ModelObjective) -> None:
    """Raises ConfigError for a model that was compiled to run eagerly and can do nothing else."""
    import tensorflow as tf

    try:
        rows = tf.TensorSpec((None,), tf.int32)  # given ones would be looked at before they are in a graph
        tf.function(lambda at: objective.loss(objective.variables, at), autograph=False).get_concrete_function(rows)
    except Exception as error:
        raise ConfigError(
            _(
                "The model runs only with run_eagerly=True, and the page compiles it: compute with keras.ops in its "
                "layers and losses, or train it with model.fit."
            )
        ) from error
