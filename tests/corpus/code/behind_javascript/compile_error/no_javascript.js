const twice = (;
