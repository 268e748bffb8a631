"""Exported models: what they can be asked, and the files of them."""

from kerasdeep.serving.export import export

__all__ = ["export"]
