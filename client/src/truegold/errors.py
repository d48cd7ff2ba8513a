"""What can go wrong with a call.

    TruegoldError
    |- ConfigurationError      no URL, or an argument of the client that makes no sense
    |- EncodingError           a sample cannot be written as JSON (NaN, an unknown type); nothing was sent
    |- Unreachable             no service gave an answer, after all tries
    |- ProtocolError           something answered, but not as a reward service does
    |- ServiceError            the service answered with an error status
    |  |- Unauthorized         401, 403
    |  |- TooLarge             413
    |  |- BadRequest           any other 4xx: the request, a recipe or an option is at fault
    |  `- Busy                 429 or 5xx, after all tries
    `- NullReward              on_null="raise", and the service could not judge a sample

All are plain exceptions: they pickle, so they cross process pools and Ray. A sample that is judged wrong, or that could
not be judged, is no error: it is a result.
"""

from __future__ import annotations


class TruegoldError(Exception):
    """Root of everything this package raises on purpose."""


class ConfigurationError(TruegoldError, ValueError):
    """The client cannot be built from these arguments; the message says which and why."""


class EncodingError(TruegoldError, ValueError):
    """A value cannot be written as JSON; the message names its place in the sample."""


class Unreachable(TruegoldError):
    """No service gave an answer; the message holds the last reason."""


class ProtocolError(TruegoldError):
    """The answer is not that of a reward service; the message shows its beginning."""


class NullReward(TruegoldError):
    """Some samples could not be judged and the caller wanted to hear of it; the message names the first of them."""


class ServiceError(TruegoldError):
    """The service refused, or failed. `status` is the HTTP status; `request_id` finds the request in its log."""

    def __init__(self, message: str, status: int = 0, request_id: str | None = None) -> None:
        super().__init__(message, status, request_id)
        self.status = status
        self.request_id = request_id

    def __str__(self) -> str:
        return str(self.args[0])


class Unauthorized(ServiceError):
    """The token is missing or wrong."""


class TooLarge(ServiceError):
    """The request is over a limit of the service; the message names the limit."""


class BadRequest(ServiceError):
    """The request, its recipe or an option is at fault; the message gives the field's path."""


class Busy(ServiceError):
    """The service was full, draining or failing at every try."""


def service_error(message: str, status: int, request_id: str | None) -> ServiceError:
    """The exception that stands for an error status."""
    if status in (401, 403):
        return Unauthorized(message, status, request_id)
    if status == 413:
        return TooLarge(message, status, request_id)
    if status >= 500 or status == 429:
        return Busy(message, status, request_id)
    return BadRequest(message, status, request_id)
