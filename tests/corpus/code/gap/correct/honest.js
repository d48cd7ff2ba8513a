const gap = (values) => Math.max(...values) - Math.min(...values);
