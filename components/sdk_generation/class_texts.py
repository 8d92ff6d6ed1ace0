"""The text of the SDK's smaller classes: words, arguments and results."""

from __future__ import annotations

from collections.abc import Iterable

from botocore.model import StringShape, StructureShape

from components.resources.service_model import Property
from components.sdk_generation.docstrings import attribute_docstring, docstring
from components.sdk_generation.documentation import plain
from components.sdk_generation.nested_types import Used
from components.sdk_generation.type_texts import answer_type, constant_name, generated_name, python_name, stated


def nested_classes(used: Used) -> list[str]:
    """Return the classes of the types inside properties."""
    texts = [enumeration(shape) for shape in used.enumerations.values()]
    for shape in used.arguments.values():
        about = _about(shape)
        texts += [
            arguments_class(shape.name, about, _members(shape)),
            arguments_dict(shape.name, about, _members(shape)),
        ]
    return texts + [result_class(shape.name, _about(shape), _members(shape)) for shape in used.results.values()]


def enumeration(shape: StringShape) -> str:
    """Return the class of the words of a string."""
    # Code that Pulumi generates, as `pulumi import` prints it, has `OR_` where our own has `OR`: one word, two names.
    names = [(name, word) for word in shape.enum for name in (constant_name(word), generated_name(word))]
    words = "".join(f'    {name} = "{word}"\n' for name, word in dict.fromkeys(names))
    return f"class {shape.name}(StrEnum):\n{docstring('', summary=f'The words of {shape.name} in the API.')}\n{words}"


def arguments_class(name: str, about: str, properties: Iterable[Property]) -> str:
    """Return the class of what a user states, `NAMEArgs`."""
    extra = f"`{name}ArgsDict` is the same as a dictionary."
    head = f"@input_type\nclass {name}Args:\n{docstring(about, summary=f'{name} of a request.', extra=extra)}"
    return "\n".join((head, *map(_argument, required_first(properties))))


def arguments_dict(name: str, about: str, properties: Iterable[Property]) -> str:
    """Return the type of the same as a dictionary, `NAMEArgsDict`."""
    head = f"class {name}ArgsDict(TypedDict):\n{docstring(about, summary=f'{name} of a request, as a dictionary.')}"
    return "\n".join((head, *map(_key, required_first(properties))))


def result_class(name: str, about: str, properties: Iterable[Property]) -> str:
    """Return the class of what the service answers."""
    head = f"@output_type\nclass {name}(dict[str, Any]):\n{docstring(about, summary=f'{name} of an answer.')}"
    return "\n".join((head, *map(_result, properties)))


def required_first(properties: Iterable[Property]) -> list[Property]:
    """Return the properties in the order in which Python wants them: those without a default first."""
    return sorted(properties, key=lambda each: not each.required)


def documented(line: str, described: Property) -> str:
    """Return the line that declares an attribute, and its documentation."""
    return f"    {line}\n{attribute_docstring(plain(described.documentation))}"


def _argument(each: Property) -> str:
    kind = f"pulumi.Input[{stated(each.shape, or_dict=False)}]"
    name = python_name(each.name)
    if each.required:
        return documented(f'{name}: {kind} = pulumi.property("{each.name}")', each)
    return documented(f'{name}: {kind} | None = pulumi.property("{each.name}", default=None)', each)


def _key(each: Property) -> str:
    kind = f"pulumi.Input[{stated(each.shape, or_dict=True)}]"
    return documented(f"{python_name(each.name)}: {kind if each.required else f'NotRequired[{kind} | None]'}", each)


def _result(each: Property) -> str:
    kind = answer_type(each.shape) if each.required else f"{answer_type(each.shape)} | None"
    return documented(f'{python_name(each.name)}: {kind} = pulumi.property("{each.name}")', each)


def _members(shape: StructureShape) -> list[Property]:
    required = shape.required_members
    return [Property(name, part, name in required, part.documentation) for name, part in shape.members.items()]


def _about(shape: StructureShape) -> str:
    return plain(shape.documentation)
