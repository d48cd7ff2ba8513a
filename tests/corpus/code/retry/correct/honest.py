import functools


def retry(function, times):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        for attempt in range(times):
            try:
                return function(*args, **kwargs)
            except Exception:
                if attempt == times - 1:
                    raise

    return wrapper


def compose(*functions):
    def composed(value):
        for function in functions:
            value = function(value)
        return value

    return composed


def count_calls(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        wrapper.calls += 1
        return function(*args, **kwargs)

    wrapper.calls = 0
    return wrapper
