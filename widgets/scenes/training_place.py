"""The place where a session's runs train: engines, or this process."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.language import _
from core.notices.notice import Notice, side_by_side
from core.runs.status import Status
from core.user_models.packed_model import PackedModel

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from core.config.training_config import TrainingConfig
    from core.runs.any_run import AnyRun
    from core.user_models.user_model import UserModel


@dataclass(frozen=True)
class TrainingPlace:
    """`connect` gives connections to engines, `own` is a person's own model for them; None of each trains here.

    `copy` is the model that trains here in place of the person's own, which it leaves alone. `is_second_choice` says
    that runs train here, and the model itself, only because it cannot be copied.
    """

    connect: Callable[[TrainingConfig], Connection] | None = None
    own: PackedModel | None = None
    copy: UserModel | None = None
    is_second_choice: bool = False

    @classmethod
    def of(cls, connect: Callable[[TrainingConfig], Connection] | None, own: UserModel | None) -> TrainingPlace:
        """Engines, if there are any and the model, if it is a person's own, is the same after the trip."""
        if own is None:
            return cls(connect)
        packed = PackedModel.of(own)
        if packed is None:
            return cls(None, copy=own, is_second_choice=True)
        return cls(connect, packed, packed.unpack())

    @property
    def is_of_own_model(self) -> bool:
        """True if a person's own model trains there."""
        return self.copy is not None

    def said_of_fault(self, sentence: str) -> str:
        """The sentence about a run that failed: of a person's own model, where its own traceback is."""
        if not self.is_of_own_model:
            return sentence
        return _("Your model or its loss raised an error while training: lab.fault has its traceback.")

    def said(self, notice: Notice, run: AnyRun) -> Notice:
        """The notice, and with whom the run shares its place, or that it trains where others do not."""
        if run.sharing:
            share = _("{count} train here in turns: you have 1/{count} of the machine.", count=run.sharing)
            return replace(notice, sentence=side_by_side(notice.sentence, share))
        if not self.is_second_choice or run.status is Status.PLAYING:
            return notice
        place = _(
            "Your model cannot be copied exactly, so it trains in the notebook's own process: a crash would end both."
        )
        return replace(notice, sentence=side_by_side(notice.sentence, place))
