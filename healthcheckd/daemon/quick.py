"""Parameters that need no conversion skip it: converting anything loads a validation library, a tenth of a second that
`status` does not have, and ten megabytes that the daemon would keep for good."""

from typing import Any


def quicken(command: Any) -> None:
    """The parameters of one command or group, `--help` included, which is made when it is looked for."""
    listed = command.get_params

    def get_params(ctx: Any) -> list[Any]:
        parameters: list[Any] = listed(ctx)
        for parameter in parameters:
            if "process_value" not in vars(parameter):
                _skip_the_needless(parameter)
        return parameters

    command.get_params = get_params


def _skip_the_needless(parameter: Any) -> None:
    """What is absent stays absent, and text asked for as text is text already."""
    convert, descriptor = parameter.process_value, getattr(parameter, "type_descriptor", None)
    is_text = descriptor is not None and descriptor.annotation is str

    def process(ctx: Any, value: Any) -> Any:
        needless = (value is None and not parameter.required) or (is_text and isinstance(value, str))
        if not needless:
            return convert(ctx, value)
        plain = () if value is None and parameter.multiple else value
        return parameter.callback(ctx, parameter, plain) if parameter.callback else plain

    parameter.process_value = process
