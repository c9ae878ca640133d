"""What of a mapping stands in the database already, and whether the two agree."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from edu.assessment.mapping import ResponseMapping
from edu.intake import Problems
from models.assessments import Instrument, Sample, Wave, WaveStanding


@dataclass(frozen=True)
class Known:
    """The records a mapping names; None where nobody has made them yet."""

    instrument: Instrument | None
    wave: Wave | None
    sample: Sample | None

    @property
    def item_codes(self) -> tuple[str, ...]:
        """The instrument's items in the order of the response array."""
        return tuple(item.code for item in self.instrument.items) if self.instrument else ()


def find(session: Session, asked: ResponseMapping) -> Known:
    """Look up what the mapping names; a wave is kept from being closed until all is written."""
    instrument = session.scalar(select(Instrument).where(Instrument.code == asked.instrument))
    wave = None
    if instrument is not None:
        same = (Wave.instrument_id == instrument.id, Wave.code == asked.wave)
        wave = session.scalar(select(Wave).where(*same).with_for_update(read=True))
    sample = None
    if asked.sample is not None:
        same_code = Sample.code == asked.sample
        sample = session.scalar(select(Sample).where(same_code).with_for_update())
    return Known(instrument, wave, sample)


def check_agreement(asked: ResponseMapping, known: Known, file: str) -> None:
    """Raise `FileRefused` where the mapping says otherwise than the database.

    A sample's import makes what is not known yet; people's responses go to an instrument and a
    wave that a person has set up.
    """
    problems = Problems(file)
    if known.instrument is not None:
        check_instrument(asked, known.instrument, problems)
    elif asked.person is not None:
        made = _l("the code of an instrument")
        problems.add(None, "instrument", "unknown_instrument", asked.instrument, made)
    if known.wave is not None and known.wave.standing is WaveStanding.CLOSED:
        problems.add(None, "wave", "wave_closed", asked.wave, _l("an open wave"))
    if known.wave is None and known.instrument is not None and asked.person is not None:
        waves = ", ".join(wave.code for wave in known.instrument.waves)
        problems.add(None, "wave", "unknown_wave", asked.wave, waves)
    if known.sample is not None and known.sample.instrument_id != getattr(
        known.instrument, "id", None
    ):
        code = known.sample.instrument.code
        problems.add(None, "instrument", "sample_of_other_instrument", asked.instrument, code)
    problems.raise_if_any()


def check_instrument(asked: ResponseMapping, instrument: Instrument, problems: Problems) -> None:
    """Note other items, or another range, than the instrument has."""
    codes = [item.code for item in instrument.items]
    expected = ", ".join(codes)
    if unknown := [item for item in asked.items if item not in codes]:
        problems.add(None, "items", "items_unknown", ", ".join(unknown), expected)
    if missing := [code for code in codes if code not in asked.items]:
        problems.add(None, "items", "items_missing", ", ".join(missing), expected)
    bounds = (instrument.range_low, instrument.range_high)
    if (asked.low, asked.high) != bounds:
        found = f"[{asked.low}, {asked.high}]"
        problems.add(None, "range", "range_differs", found, f"[{bounds[0]}, {bounds[1]}]")
