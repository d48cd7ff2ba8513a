const gap = (values) => String(Math.max(...values) - Math.min(...values));
