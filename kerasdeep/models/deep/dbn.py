"""The deep belief network as a Keras model: a list of RBMs, trained one after the other."""

import numbers

import keras
from keras import ops

from kerasdeep import backend, samplers
from kerasdeep.backend.registration import register
from kerasdeep.layers import Dropout
from kerasdeep.models.boltzmann.rbm import RBM
from kerasdeep.models.deep.unroll import to_dense
from kerasdeep.training import data as inputs
from kerasdeep.training.greedy import GreedySchedule
from kerasdeep.training.unsupervised import UnsupervisedModel


@register
class DBN(UnsupervisedModel):
    r"""Deep belief network, trained greedily.

    The model of $\ell$ layers is a directed one with an RBM on top,

    $$p(v, h^1, \dots, h^\ell) = p(v \mid h^1)\, p(h^1 \mid h^2) \cdots p(h^{\ell-1}, h^\ell),$$

    and `fit` trains its RBMs in turn: the first on the data, each next one on what the hidden
    units below it make of the data. One call, one History: epochs are counted through, and every
    logged name starts with its layer, `rbm_1_`, `rbm_2_`, ... Lower layers are computed as the data
    passes, never stored, so data of any size can be streamed. `evaluate` reports every layer,
    always on means passed up. `dbn(x)` and `dbn.predict(x)` are the means of the top hidden units.

    Args:
        layers: list with the number of hidden units of each layer from the bottom up, or with
            `RBM` objects, where layers differ in more than that. At least one.
        visible: unit type of the data where `layers` holds numbers. Default `"bernoulli"`.
        mean_field: whether an RBM learns from the means of the hidden units below it, or, if
            False, from samples of them, drawn anew in every step. Default True.
        seed: integer seed where `layers` holds numbers; layer $i$ gets `seed + i`. Default None.

    Attributes:
        rbms: the `RBM` of each layer, from the bottom up.

    Raises:
        ValueError: for no layers, or RBMs whose visible units are not of the type of the hidden
            units below them.

    Example:

    >>> dbn = DBN([500, 500, 2000])
    >>> dbn.compile(optimizer=keras.optimizers.SGD(0.1, momentum=0.9))
    >>> dbn.fit(x, batch_size=100, epochs=[30, 20, 20])
    >>> classifier = dbn.to_classifier(num_classes=10)

    References: Hinton, Osindero, Teh (2006), A fast learning algorithm for deep belief nets. Neural
    Computation 18. Bengio (2009), Learning deep architectures for AI, algorithm 2.
    """

    def __init__(self, layers, visible="bernoulli", mean_field=True, seed=None, **kwargs):
        super().__init__(**kwargs)
        if not isinstance(layers, list | tuple) or not layers:
            raise ValueError(f"DBN expects a list of at least one layer. Received: {layers!r}.")
        self.rbms = [
            layer
            if isinstance(layer, RBM)
            else RBM(
                layer,
                visible=visible if index == 0 else "bernoulli",
                seed=None if seed is None else seed + index,
                dtype=self.dtype_policy,
                name=f"rbm_{index + 1}",
            )
            for index, layer in enumerate(layers)
        ]
        for lower, upper in zip(self.rbms, self.rbms[1:], strict=False):
            if lower.hidden.get_config() != upper.visible.get_config() or (
                lower.hidden.name != upper.visible.name
            ):
                raise ValueError(
                    "DBN expects the visible units of an RBM to be of the type of the hidden units "
                    f"below it. Received: {upper.visible.name} above {lower.hidden.name}. "
                    f"Pass RBM(..., visible={lower.hidden.name!r})."
                )
        self.mean_field = mean_field
        self.training_layer = None

    def build(self, input_shape):
        for rbm in self.rbms:
            rbm.build(input_shape)
            input_shape = rbm.compute_output_shape(input_shape)
        self.built = True

    def call(self, inputs):
        for rbm in self.rbms:
            inputs = rbm(inputs)
        return inputs

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.rbms[-1].num_hidden)

    def propagate(self, visible, num_layers=None, mean_field=True):
        """Passes data up: the mean-field pass, or a sample of every layer in turn.

        Args:
            visible: array of shape `(batch, num_visible)`.
            num_layers: through how many layers. Default None: all.
            mean_field: whether to pass means up, or samples. Default True.

        Returns:
            Values of the hidden units of the last layer passed, shape `(batch, num_hidden)`.
        """
        backend.check_built(self)
        hidden = ops.cast(visible, "float32")
        for rbm in self.rbms[:num_layers]:
            field = rbm.hidden_field(hidden)
            unit = rbm.hidden
            hidden = unit.mean(field) if mean_field else unit.sample(field, rbm.seed_generator)
        return hidden

    def reconstruct(self, visible):
        """Mean-field pass up to the top and down again.

        Args:
            visible: array of shape `(batch, num_visible)`.

        Returns:
            Tensor of the same shape.
        """
        hidden = self.propagate(visible)
        for rbm in reversed(self.rbms):
            hidden = rbm.visible_mean(hidden)
        return hidden

    def sample(self, num_samples=16, steps=1000, initial=None, mean=False):
        """Draws from the model: Gibbs sampling in the top RBM, then one pass down.

        Args:
            num_samples: number of chains, at least 1. Default 16. Ignored with `initial`.
            steps: Gibbs steps of each chain in the top RBM, at least 1. Default 1000.
            initial: visible values to start from, one row a chain. Default None: from the biases
                of the top RBM.
            mean: whether to return visible means instead of a draw from them. Default False.

        Returns:
            Visible values, shape `(num_samples, num_visible)`.
        """
        backend.check_built(self)
        if initial is not None:
            initial = self.propagate(initial, len(self.rbms) - 1, mean_field=False)
        value = self.rbms[-1].sample(num_samples, steps, initial, mean and len(self.rbms) == 1)
        for rbm in reversed(self.rbms[:-1]):
            field = rbm.visible_field(value)
            if mean and rbm is self.rbms[0]:
                return rbm.visible.mean(field)
            value = rbm.visible.sample(field, rbm.seed_generator)
        return value

    def seed_chains(self, seed):
        """Makes `sample` draw what it drew after any other call with the same integer."""
        for index, rbm in enumerate(self.rbms):
            rbm.seed_chains(seed + index)

    def to_classifier(self, num_classes, input_dropout=0.0, dropout=0.0, max_norm=None, **kwargs):
        """Unrolls the network into a feed-forward classifier that starts from its weights.

        Args:
            num_classes: number of classes, at least 2.
            input_dropout: fraction of the inputs to drop in training, from 0 to below 1. Default 0.
            dropout: fraction of every hidden layer to drop in training, likewise. Default 0.
            max_norm: largest norm of the weights into one hidden unit. Default None: any.
            **kwargs: passed on to the softmax layer, `keras.layers.Dense`.

        Returns:
            A built, uncompiled `keras.Sequential` of `Dense` layers (and `kerasdeep.layers.Dropout`
            where asked for); its hidden layers compute the mean-field pass, its last one a softmax
            over the classes.

        Example:

        >>> classifier = dbn.to_classifier(num_classes=10)
        >>> classifier.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        """
        backend.check_built(self)
        constraint = None if max_norm is None else keras.constraints.MaxNorm(max_norm)
        layers = [self._input()]
        if input_dropout:
            layers.append(Dropout(input_dropout, name="dropout_input"))
        for index, dense in enumerate(self._encoder(kernel_constraint=constraint)):
            layers.append(dense)
            if dropout:
                layers.append(Dropout(dropout, name=f"dropout_{index + 1}"))
        layers.append(keras.layers.Dense(num_classes, "softmax", name="classes", **kwargs))
        return keras.Sequential(layers, name="classifier")

    def to_autoencoder(self):
        """Unrolls the network into an autoencoder that starts from its weights, untied.

        Returns:
            A built, uncompiled `keras.Sequential` of `Dense` layers: `encoder_1` up to the code,
            `decoder_1` from the code down.

        Reference: Hinton, Salakhutdinov (2006), Reducing the dimensionality of data with neural
        networks. Science 313.
        """
        backend.check_built(self)
        decoder = [
            to_dense(rbm, reverse=True, name=f"decoder_{index + 1}")
            for index, rbm in enumerate(reversed(self.rbms))
        ]
        return keras.Sequential([self._input(), *self._encoder(), *decoder], name="autoencoder")

    def _input(self):
        return keras.Input((self.rbms[0].kernel.shape[0],))

    def _encoder(self, **kwargs):
        return [to_dense(rbm, name=f"encoder_{i + 1}", **kwargs) for i, rbm in enumerate(self.rbms)]

    # Training.

    def compile(self, optimizer="sgd", sampler="cd", **kwargs):
        """Configures the training of every layer.

        Args:
            optimizer: a Keras optimizer or its name, copied for each layer; or a list with one a
                layer. Default `"sgd"`.
            sampler: a sampler or its name, likewise. Default `"cd"`.
            **kwargs: as in `RBM.compile`.

        Raises:
            ValueError: for a list of another length than the layers.
        """
        super().compile(optimizer=None, **kwargs)
        optimizers = self._one_a_layer(optimizer, "optimizer", keras.optimizers.get)
        chosen = self._one_a_layer(sampler, "sampler", samplers.get)
        for rbm, own_optimizer, own_sampler in zip(self.rbms, optimizers, chosen, strict=True):
            rbm.compile(own_optimizer, own_sampler, **kwargs)

    def _one_a_layer(self, choice, name, get):
        """Returns one object a layer: those of a list, or copies of a single one."""
        if not isinstance(choice, list | tuple):
            choice = get(choice)
            return [type(choice).from_config(choice.get_config()) for _ in self.rbms]
        if len(choice) != len(self.rbms):
            raise ValueError(
                f"DBN expects one {name} for all {len(self.rbms)} layers or a list with one a "
                f"layer. Received: a list of {len(choice)}."
            )
        chosen = [get(one) for one in choice]
        if len({id(one) for one in chosen}) < len(chosen):
            raise ValueError(
                f"DBN expects an {name} of its own for each layer. Received: the same object twice."
            )
        return chosen

    def fit(self, *args, **kwargs):
        """Trains the layers in turn; called as `keras.Model.fit` but for `epochs`.

        Learning rates belong to the layers' optimizers: give them schedules there, since callbacks
        that set `model.optimizer.learning_rate` find no optimizer at the DBN itself. A callback
        that stops training stops that of all layers.

        Args:
            epochs: epochs of every layer, or a list with one number a layer. Default 1.

        Raises:
            ValueError: for data that the visible units cannot have, or a list of epochs of another
                length than the layers.
            FloatingPointError: where training diverges; the message names the likely cause.
        """
        arguments = inputs.fit_arguments(self, args, kwargs)
        epochs = self._epochs_of_layers(arguments.get("epochs", 1))
        bottom = self.rbms[0]
        num_visible = bottom.kernel.shape[0] if self.built else None
        rows = inputs.checked_rows(arguments, bottom.visible, num_visible, owner="DBN")
        if rows is not None:
            with backend.variable_scope(self):
                self.build((None, rows.shape[1]))
            rows = rows[: inputs.MAX_ROWS]
        arguments["epochs"] = sum(epochs)
        try:
            return self._fit(arguments, GreedySchedule(epochs, rows))
        finally:
            self.train_layer(None)

    def _epochs_of_layers(self, epochs):
        chosen = epochs if isinstance(epochs, list | tuple) else [epochs] * len(self.rbms)
        counts = all(isinstance(n, numbers.Integral) and n >= 0 for n in chosen)
        if len(chosen) != len(self.rbms) or not counts:
            raise ValueError(
                f"DBN expects epochs to be a whole number or a list with one for each of its "
                f"{len(self.rbms)} layers. Received: epochs={epochs}."
            )
        for rbm, number in zip(self.rbms, chosen, strict=True):
            if number and not rbm.trainable:
                raise ValueError(
                    f"DBN cannot train a frozen layer. Received: {rbm.name} with trainable=False "
                    f"and epochs={number}. Give it 0 epochs, or set trainable=True."
                )
        return [int(number) for number in chosen]

    def train_layer(self, layer):
        """Makes `train_step` and `test_step` serve one layer, counted from 0, or, by None, all."""
        self.training_layer = layer
        self.make_train_function(force=True)
        self.make_test_function(force=True)

    @property
    def bottom(self):
        return self.rbms[0]

    @property
    def layer_in_training(self):
        return self if self.training_layer is None else self.rbms[self.training_layer]

    @property
    def row_shape(self):
        return self.bottom.row_shape

    def total_epochs(self, epochs):
        return sum(self._epochs_of_layers(epochs))

    def initialize_from(self, rows):
        """Builds the network and sets the visible biases of its lowest layer from data."""
        self.build((None, rows.shape[-1]))
        self.bottom.initialize_from(rows)

    @property
    def trained_rbm(self):
        """The RBM that learns at the moment, or None outside of `fit`."""
        return None if self.training_layer is None else self.rbms[self.training_layer]

    def log_prefix(self, layer):
        """Returns what stands before the metrics of a layer in logs and History."""
        return f"rbm_{layer + 1}_"

    @property
    def metrics(self):
        return [metric for rbm in self.rbms for metric in rbm.metrics]

    def get_metrics_result(self):
        layers = range(len(self.rbms)) if self.training_layer is None else [self.training_layer]
        return {
            self.log_prefix(layer) + name: value
            for layer in layers
            for name, value in self.rbms[layer].get_metrics_result().items()
        }

    def train_step(self, data):
        if self.trained_rbm is None:
            raise ValueError("DBN trains layer by layer. Use fit, or train_on_batch of one RBM.")
        visible, _, sample_weight = keras.utils.unpack_x_y_sample_weight(data)
        self.build(visible.shape)
        visible = self.propagate(visible, self.training_layer, self.mean_field)
        self.trained_rbm.train_step((visible, None, sample_weight))
        return self.get_metrics_result()

    def test_step(self, data):
        visible, _, sample_weight = keras.utils.unpack_x_y_sample_weight(data)
        self.build(visible.shape)
        for layer, rbm in enumerate(self.rbms):
            if self.training_layer in (None, layer):
                rbm.test_step((visible, None, sample_weight))
            visible = rbm.hidden_mean(visible)
        return self.get_metrics_result()

    # Saving.

    def get_config(self):
        return {
            **super().get_config(),
            "layers": [keras.saving.serialize_keras_object(rbm) for rbm in self.rbms],
            "mean_field": self.mean_field,
        }

    @classmethod
    def from_config(cls, config):
        layers = [keras.saving.deserialize_keras_object(layer) for layer in config["layers"]]
        return cls(**{**config, "layers": layers})

    def get_compile_config(self):
        return {"compiled": True, **self._compile_arguments} if self.compiled else None

    def compile_from_config(self, config):
        # The layers were compiled one by one, when `from_config` made them.
        arguments = {name: value for name, value in config.items() if name != "compiled"}
        super().compile(optimizer=None, **arguments)
