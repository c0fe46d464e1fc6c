"""Runs trained models with the kernels of a device: the same predictions, bit for bit.

    model = nacre.convert(pipeline)      # a trained object of scikit-learn, XGBoost, LightGBM, Keras, or a path
    model.predict(rows)                  # an array or a data frame
    model.check(rows, pipeline)          # how far it is from the library
    model.save("pipeline.nacre")         # for a device
"""

from nacre._core import Refused, version as __version__
from nacre._convert import convert, load, supported
from nacre._model import Comparison, Model, Port

# Of rows and files that are refused; a conversion fills them as docs/schema/nacre-refusal-1.json says.
Refused.obstacles, Refused.parts = [], []

__all__ = ["Comparison", "Model", "Port", "Refused", "convert", "load", "supported"]
