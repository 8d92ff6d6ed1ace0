"""The C library and the `yaml` that its events are compared with have to be of one kind."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location

import pytest
import yaml

from declarations.loading import yaml_nodes
from declarations.loading.document import Document


def test_modules_that_are_imported_anew_read_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """As `pytest --cov=MODULE` does; the library goes on to make events of the first import."""
    for name in [name for name in sys.modules if name.split(".")[0] in {"yaml", "_yaml"}]:
        monkeypatch.delitem(sys.modules, name)
    specification = spec_from_file_location("yaml_nodes_anew", yaml_nodes.__file__)
    assert specification
    assert specification.loader
    anew = module_from_spec(specification)
    monkeypatch.setitem(sys.modules, "yaml_nodes_anew", anew)
    specification.loader.exec_module(anew)
    assert sys.modules["yaml"] is not yaml
    text = "a: [1, {b: text}]\n"
    root = anew.read_nodes(Document("x.yaml", tuple(text.split("\n"))), text)
    [(key, value)] = root.pairs
    assert (key.text, [one.text for one in value.items[:1]]) == ("a", ["1"])
