const gap = () => 8;
