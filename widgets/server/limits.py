"""How much the served app takes on: the settings of section `ServerLimits` in voila.json."""

from __future__ import annotations

from traitlets import Float, Integer
from traitlets.config import Configurable

MB = 1_000_000


class ServerLimits(Configurable):
    """What a server is ready to do for all visitors together and for one address."""

    starts_at_once = Integer(2, min=1, help="Kernels that start at the same time, those of the pool included.").tag(
        config=True
    )
    kernel_mb = Float(80.0, min=0, help="Private memory of a visitor's kernel, in MB.").tag(config=True)
    engine_mb = Float(
        120.0, min=0, help="Private memory of the process that trains for a visitor, with a small model, in MB."
    ).tag(config=True)
    reserved_mb = Float(500.0, help="Memory that is left to the machine, in MB.").tag(config=True)
