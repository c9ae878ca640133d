"""An invented nation, for trying out the service and for holding its estimates against truth."""

from edu.demo.loading import PEOPLE, SEED, Loaded, Progress, load, loaded_with
from edu.demo.sign_ins import SignIn, sign_ins
from edu.demo.truth import truth

__all__ = [
    "PEOPLE",
    "SEED",
    "Loaded",
    "Progress",
    "SignIn",
    "load",
    "loaded_with",
    "sign_ins",
    "truth",
]
