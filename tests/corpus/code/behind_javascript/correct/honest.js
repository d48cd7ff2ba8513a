const twice = (x) => x + x;
