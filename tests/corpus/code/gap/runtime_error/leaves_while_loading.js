process.exit(0);
const gap = () => 8;
