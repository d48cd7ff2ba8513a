const gap = () => process.exit(0);
