def gap(values):
    raise SystemExit
