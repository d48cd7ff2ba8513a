const twice = (x) => x.missing.part;
